"""The events of a run as its history: replayed, they have to make sense one after the other, and agree with what clients were told."""
import collections
import json
import threading
import time

from private import UnixConnection

FOLLOW_TIMEOUT_S = 600


class Impossible(Exception):
    """An event that cannot follow those before it, or replies that say something else."""


class Follower(threading.Thread):
    """Reads the stream of events from its begin to its end."""

    def __init__(self, engine):
        super().__init__(daemon=True)
        self.connection = UnixConnection(engine.socket, FOLLOW_TIMEOUT_S)
        self.connection.request("GET", "/events")
        self.reply = self.connection.getresponse()
        self.events, self.came = [], threading.Condition()

    def run(self):
        for line in self.reply:
            with self.came:
                self.events.append(json.loads(line))
                self.came.notify_all()

    def await_event(self, kind, action, name, timeout_s=30):
        """All events up to that one."""
        def is_there():
            return any(e["Type"] == kind and e["Action"] == action and e["Actor"]["ID"] == name for e in reversed(self.events))
        with self.came:
            if not self.came.wait_for(is_there, timeout_s):
                raise Impossible("no %s %s %s among %d events" % (kind, action, name, len(self.events)))
            return list(self.events)


class Container:
    def __init__(self, name):
        self.name, self.state, self.said = name, "created", []


class History:
    """What there has to be after the events that were given to it."""

    AFTER = {  # action: states in which it can happen, and the one it leads to; None: stays
        "start": (("created", "exited"), "running"),
        "pause": (("running",), "paused"),
        "unpause": (("paused",), "running"),
        "die": (("running", "paused"), "exited"),
        "kill": (("running", "paused"), None),
        "stop": (("created", "exited", "running", "paused"), None),  # others may have started it again
        "restart": (("created", "exited", "running", "paused"), None),
        "exec_create": (("running",), None),
        "exec_start": (("running", "paused"), None),
        "exec_die": (("running", "paused", "exited"), None),
        "destroy": (("created", "exited"), None),
    }

    def __init__(self):
        self.there, self.names, self.gone = {}, {}, {}
        self.counts = collections.Counter()
        self.execs = collections.defaultdict(list)
        self.seen = 0

    def wrong(self, event, why):
        ctr = self.there.get(event["Actor"]["ID"]) or self.gone.get(event["Actor"]["ID"])
        raise Impossible("%s: %s\n  before: %s" % (why, event, ctr.said[-12:] if ctr else None))

    def take_name(self, event, name):
        if name in self.names:
            self.wrong(event, "the name is %s's" % self.names[name][:12])
        self.names[name] = event["Actor"]["ID"]

    def create(self, event, attributes):
        ident = event["Actor"]["ID"]
        if ident in self.there or ident in self.gone:
            self.wrong(event, "created twice")
        self.there[ident] = Container(attributes["name"])
        self.take_name(event, attributes["name"])

    def rename(self, event, ctr, attributes):
        if attributes["oldName"] != "/" + ctr.name:
            self.wrong(event, "it was called %s" % ctr.name)
        del self.names[ctr.name]
        ctr.name = attributes["name"].lstrip("/")
        self.take_name(event, ctr.name)

    def note_exec(self, event, action, attributes):
        said = self.execs[attributes["execID"]]
        if action in said or (action != "exec_create" and "exec_create" not in said):
            self.wrong(event, "the session had %s" % said)
        said.append(action)

    def add(self, event):
        if event["Type"] != "container":
            return
        action, attributes = event["Action"].split(":")[0], event["Actor"]["Attributes"]
        self.counts[action + (" " + attributes["signal"] if action == "kill" else "")] += 1
        if action == "create":
            self.create(event, attributes)
        ctr = self.there.get(event["Actor"]["ID"])
        if not ctr:
            self.wrong(event, "there is no such container")
        ctr.said.append(action)
        if action == "rename":
            self.rename(event, ctr, attributes)
        if attributes["name"] != ctr.name:
            self.wrong(event, "it is called %s" % ctr.name)
        allowed, after = self.AFTER.get(action, (None, None))
        if allowed and ctr.state not in allowed:
            self.wrong(event, "it is %s" % ctr.state)
        ctr.state = after or ctr.state
        if action.startswith("exec_"):
            self.note_exec(event, action, attributes)
        if action == "destroy":
            self.gone[event["Actor"]["ID"]] = self.there.pop(event["Actor"]["ID"])
            del self.names[ctr.name]

    def replay(self, events):
        for event in events[self.seen:]:
            self.add(event)
        self.seen = len(events)

    def now(self):
        return {ident: (ctr.name, ctr.state) for ident, ctr in self.there.items()}


def await_agreement(follower, history, look, mark, timeout_s=20):
    """Until the history and what @look() finds are the same; @mark() makes an event and gives its type, action and id."""
    deadline = time.monotonic() + timeout_s
    while True:
        found = look()
        history.replay(follower.await_event(*mark()))
        if history.now() == found:
            return
        if time.monotonic() > deadline:
            raise Impossible("the events say %s, the list says %s" % (sorted(history.now().items()), sorted(found.items())))
        time.sleep(0.1)
