#pragma once
/* systemd's readiness protocol: one datagram to NOTIFY_SOCKET (sd_notify(3)), nothing without that variable. */
void notify_manager(const char *state);
