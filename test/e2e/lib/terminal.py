#!/usr/bin/env python3
r"""Runs a command on a terminal of its own and plays a person at it.

    terminal.py [STEP]... -- COMMAND...

Steps, each with its words in one argument: "expect TEXT" waits until the terminal shows it (after what was expected
before), "send TEXT" types it (\r, \x10 and so on are bytes), "size ROWS COLUMNS" changes the terminal. Then the command has
to end; what the terminal showed is printed and the command's exit code passed on. Nothing may take longer than a minute.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

PATIENCE_S = 60


class Terminal:
    def __init__(self, command):
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.environ["TERM"] = "xterm"
            os.execvp(command[0], command)
        self.seen = b""
        self.at = 0
        self.ended = False

    def read(self, deadline):
        """Takes what the terminal shows next; false at its end."""
        ready, _, _ = select.select([self.fd], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            self.fail("nothing more came")
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:  # how a terminal says that nobody is on the other side
            data = b""
        self.seen += data
        self.ended = not data
        return not self.ended

    def fail(self, text):
        if not self.ended:
            os.kill(self.pid, signal.SIGKILL)  # it holds descriptors that others wait for
        sys.stdout.buffer.write(self.seen)
        sys.exit(f"\nterminal: {text}")

    def expect(self, text):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = self.seen.find(text, self.at)
            if found >= 0:
                self.at = found + len(text)
                return
            if self.ended or not self.read(deadline):
                self.fail(f"ended without showing {text!r}")

    def size(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def finish(self):
        deadline = time.monotonic() + PATIENCE_S
        while not self.ended:
            self.read(deadline)
        _, status = os.waitpid(self.pid, 0)
        sys.stdout.buffer.write(self.seen)
        sys.stdout.buffer.flush()
        return os.waitstatus_to_exitcode(status)


def main():
    split = sys.argv.index("--")
    terminal = Terminal(sys.argv[split + 1 :])
    terminal.size(24, 80)
    for step in sys.argv[1:split]:
        word, _, rest = step.partition(" ")
        text = rest.encode().decode("unicode_escape").encode("latin-1")
        if word == "expect":
            terminal.expect(text)
        elif word == "send":
            os.write(terminal.fd, text)
        elif word == "size":
            terminal.size(*map(int, rest.split()))
        else:
            sys.exit(f"terminal: unknown step {step!r}")
    code = terminal.finish()
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
