#pragma once
/*
 * A policy's rules and labels on one call: which object it is about, which ones a list may show, what a new one gets.
 *
 * Objects are found before the handler runs, and the names in the path become their ids: what was decided on is what is
 * acted on, whatever is renamed meanwhile. With labels, a route counts only when it is known here how it can be limited;
 * any other is refused, so that a new one is not open by oversight. Private to api/.
 */
struct call;
struct error;
struct str_map;
struct varlink_call;

/* Before parameters are read. @names: of the path; changed. ERROR_NOT_FOUND for what is outside of the labels. */
int policy_scope_names(struct call *call, struct str_map *names, struct error **err);
/* After parameters and body were read: filters get the labels, new objects too. */
int policy_scope_request(struct call *call, struct error **err);
int policy_scope_method(const struct varlink_call *call, struct error **err);
