#!/usr/bin/env python3
"""A server that is killed in the middle of a change of a secret, by the very command that the change runs.

    unshare --mount --net python3 secrets.py BUILD CASE
"""
import glob
import json
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from private import API, Engine, run, run_case  # noqa: E402

BUILD = sys.argv[1]
CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib")
ENDS_US = "kill -9 $PPID; sleep 0.2"


class Shop:
    """A server and secrets whose values are files of a folder."""

    def __init__(self, work, engines):
        self.engine = Engine(BUILD, work)
        engines.append(self.engine)
        self.kept = os.path.join(work, "kept")
        os.mkdir(self.kept)
        self.engine.start()

    def commands(self, **more):
        commands = {"list": "ls %s" % self.kept, "lookup": "cat %s/$SECRET_ID" % self.kept,
                    "store": "cat >%s/$SECRET_ID" % self.kept, "delete": "rm -f %s/$SECRET_ID" % self.kept}
        for name, command in more.items():
            commands[name] += "; " + command
        return commands

    def create(self, name, value, options, query=""):
        path = API + "/secrets/create?name=%s&driver=shell&driveropts=%s%s" % (name, urllib.parse.quote(json.dumps(options)), query)
        return self.engine.ask("POST", path, value, content_type="application/octet-stream")["ID"]

    def value(self, name):
        return self.engine.ask("GET", API + "/secrets/%s/json?showsecret=true" % name)["SecretData"]

    def names(self):
        return sorted(one["Spec"]["Name"] for one in self.engine.ask("GET", API + "/secrets/json"))

    def dies(self, act):
        try:
            act()
        except (OSError, EOFError) as error:
            print("the server died, as it should:", repr(error))
        except Exception as error:  # what http.client says of a connection that ends
            assert "Remote" in type(error).__name__ or "Incomplete" in type(error).__name__, error
        else:
            raise AssertionError("it answered")
        self.engine.process.wait(timeout=20)
        self.engine.start()

    def files(self):
        return sorted(os.path.basename(path) for path in glob.glob(self.kept + "/*"))


def a_value_without_a_secret_goes(work, engines):
    shop = Shop(work, engines)
    other = shop.create("other", "o", shop.commands())
    shop.dies(lambda: shop.create("half", "h", shop.commands(store=ENDS_US)))
    assert len(shop.files()) == 2, shop.files()
    assert shop.names() == ["other"]
    assert shop.files() == [other], shop.files()
    assert shop.value("other") == "o"
    shop.create("half", "whole", shop.commands())
    assert shop.value("half") == "whole"


def a_replaced_one_stays_whole(work, engines):
    shop = Shop(work, engines)
    old = shop.create("name", "old", shop.commands())
    shop.dies(lambda: shop.create("name", "new", shop.commands(store=ENDS_US), "&replace=true"))
    assert shop.value("name") == "old"
    assert shop.files() == [old], shop.files()


def a_value_that_was_replaced_goes(work, engines):
    shop = Shop(work, engines)
    shop.create("name", "old", shop.commands(delete="[ -e %s.once ] || { touch %s.once; %s; }" % (shop.kept, shop.kept, ENDS_US)))
    shop.dies(lambda: shop.create("name", "new", shop.commands(), "&replace=true"))
    assert shop.value("name") == "new"
    assert len(shop.files()) == 1, shop.files()


def a_removal_is_finished(work, engines):
    shop = Shop(work, engines)
    shop.create("name", "value", shop.commands(delete="[ -e %s.once ] || { touch %s.once; %s; }" % (shop.kept, shop.kept, ENDS_US)))
    shop.dies(lambda: shop.engine.ask("DELETE", API + "/secrets/name"))
    assert shop.names() == []
    assert shop.files() == [], shop.files()


def no_child_log_or_event_has_it(work, engines):
    """Helpers that write down how they were called."""
    value, told = "hush-%d" % os.getpid(), os.path.join(work, "told")
    helpers = {"conmon": "/usr/bin/conmon", "crun": "/usr/bin/crun"}
    for name, program in helpers.items():
        with open(os.path.join(work, name), "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\necho "%s $*" >>%s\nexec %s "$@"\n' % (name, told, program))
        os.chmod(file.name, 0o755)
    with open(os.path.join(work, "containers.conf"), "w", encoding="utf-8") as file:
        file.write('[engine]\nconmon_path = ["%s/conmon"]\n[engine.runtimes]\ncrun = ["%s/crun"]\n' % (work, work))
    engine = Engine(BUILD, work, "--log-level", "debug")
    engines.append(engine)
    engine.start(CONTAINERS_CONF=file.name)
    engine.import_default_image(CONTRIB)
    engine.ask("POST", API + "/secrets/create?name=s", value, content_type="application/octet-stream")
    made = engine.create(command=["sh", "-c", "cat /run/secrets/s >/seen; sleep 1000"], stop_timeout=0, secrets=[{"Source": "s"}],
                         secret_env={"TOKEN": "s"})
    engine.ask("POST", API + "/containers/%s/start" % made)
    session = engine.ask("POST", API + "/containers/%s/exec" % made, {"Cmd": ["sh", "-c", "echo $TOKEN"], "AttachStdout": True})
    said = engine.call("POST", API + "/exec/%s/start" % session["Id"], {"Detach": False})
    assert value.encode() in said[1], said  # it is there to be found
    seen = [json.dumps(engine.ask("GET", path)) for path in (
        API + "/containers/%s/json" % made, "/containers/%s/json" % made, API + "/secrets/json", API + "/secrets/s/json",
        API + "/exec/%s/json" % session["Id"], "/containers/json", API + "/info")]
    engine.remove(made)
    seen.append(run("curl", "-s", "--unix-socket", engine.socket, "http://c%s/events?stream=false&since=0" % API))
    assert "exec_died" in seen[-1], seen[-1]
    for path in (told, engine.log):
        with open(path, encoding="utf-8") as file:
            seen.append(file.read())
    assert "crun" in seen[-2] and " create " in seen[-2] and " exec " in seen[-2], seen[-2]
    assert not [text for text in seen if value in text], [text for text in seen if value in text]


CASES = {case.__name__: case for case in (
    a_value_without_a_secret_goes, a_replaced_one_stays_whole, a_value_that_was_replaced_goes, a_removal_is_finished,
    no_child_log_or_event_has_it)}

if __name__ == "__main__":
    run_case(CASES, sys.argv[2])
