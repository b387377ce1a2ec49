"""Sends what no client should, to every route of some tags, and wants a 4xx that names the culprit.

    malformed.py SOCKET SWAGGER_FOLDER TAG...

The OpenAPI documents say which routes there are, what their parameters and bodies have for members and of which type;
each is sent as something else, one at a time. What the documents cannot say (names, filters, broken JSON) is in the
tables below. Afterwards the lists of objects have to be what they were.
"""
import http.client
import json
import socket
import sys
import urllib.parse

# In the place of a name in the path. Never the name of anything.
PATH_NAMES = ["%00", "a%00b", "%ff%fe", "%2e%2e", "a%2f..%2fb", "a%0ab", "%20", "nosuch", "x" * 5000, "x" * 1000000]
# For members and parameters that name an object to be made.
NEW_NAMES = ["..", ".", "a/b", "../../etc/x", "a\0b", "a\nb", "a\x7fb", "x" * 1000000]
FILTERS = ["garbage", "[]", '"x"', "1", "{", '{"nosuch":["x"]}', '{"label":[1]}', '{"label":"x"}', '{"label":[["x"]]}',
           '{"label":{"a":"b"}}', '{"label":[null]}', '{"nosuch":{"x":true}}', '{"a":' * 100 + "1" + "}" * 100,
           '{"label":["' + "x" * 200000 + '"]}']
BODIES = ["", "null", "[]", '"x"', "1", "true", "{", '{"a":1,}', "{'a':1}", "[" * 10000, '{"a":' * 10000, "\0", '{"\xff', "{}{}"]


# Whose one answer is a refusal.
LEFT_OUT = {("PUT", "/volumes/{name}")}


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("e2e", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Tester:
    def __init__(self, socket_path, folder, tags):
        self.socket_path = socket_path
        self.documents = {name: json.load(open(f"{folder}/{name}.json", encoding="utf-8")) for name in ("docker", "libpod")}
        self.tags = tags
        self.sent = 0
        self.of_object = False  # the route is one of an object, which is not there
        self.wrong = []

    # ---- requests ----

    def send(self, method, path, body=None, content_type="application/json"):
        connection = Connection(self.socket_path)
        data = body.encode("utf-8", "surrogateescape") if isinstance(body, str) else body
        self.sent += 1
        try:
            connection.request(method, path, data, {"Content-Type": content_type} if data is not None else {})
            reply = connection.getresponse()
            return reply.status, reply.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            return 0, f"no answer: {error!r}"
        finally:
            connection.close()

    def refused(self, word, method, path, body=None):
        """A client's mistake, in words that have @word (None: any) in them."""
        status, text = self.send(method, path, body)
        try:
            message = json.loads(text)["message"]
        except (ValueError, KeyError, TypeError):
            message = None
        told = message is not None and (word is None or word.lower() in message.lower())
        if not 400 <= status <= 499 or not (told or (word is None and message is None)):
            shown = (body or "")[:200]
            self.wrong.append(f"{method} {path[:200]} {shown!r}: {status} {text[:300]!r}" + (f", expected {word!r} in it" if word else ""))

    # ---- what the documents say ----

    def resolve(self, document, schema):
        """Without references and without the alternative null."""
        while "$ref" in schema or "anyOf" in schema:
            if "$ref" in schema:
                schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
            else:
                schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
        types = schema.get("type", [])
        return schema, {types} if isinstance(types, str) else set(types)

    def sample(self, document, schema):
        schema, types = self.resolve(document, schema)
        if "object" in types:
            return {key: self.sample(document, member) for key, member in schema.get("properties", {}).items()
                    if key in schema.get("required", []) or key.lower() == "name"}
        for kind, value in (("array", []), ("boolean", False), ("integer", 0), ("number", 0)):
            if kind in types:
                return value
        return schema["enum"][0] if "enum" in schema else "malformed"

    def mutants(self, document, schema, name):
        """(the value, what the message has to name)"""
        schema, types = self.resolve(document, schema)
        if not types:
            if schema.get("description", "").startswith("Not honoured"): # by the handler, which may miss the object first
                yield from ((value, None if self.of_object else name) for value in ("x", {"a": 1}, [1]))
            return
        for kind, values in (("string", (1, True, [], {}, [1])), ("boolean", ("x", 2, [], {})), ("integer", ("x", 1.5, [], {}, 1e40)),
                             ("number", ("x", [], {})), ("array", ({}, "x", 1, {"a": 1})), ("object", ([], "x", 1, [1]))):
            if kind in types:
                yield from ((value, name) for value in values if not self.allowed(types, value))
        if "string" in types:
            yield "a\0b", name
            if "enum" in schema:
                yield "nosuch-word", name
        if "array" in types and "items" in schema:
            for value, word in self.mutants(document, schema["items"], name):
                yield [value], word
        for key, member in schema.get("properties", {}).items():
            for value, word in self.mutants(document, member, key):
                yield {**self.sample(document, schema), key: value}, word
        if isinstance(schema.get("additionalProperties"), dict):
            for value, word in self.mutants(document, schema["additionalProperties"], name):
                yield {"k": value}, word

    @staticmethod
    def allowed(types, value):
        kind = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}[type(value)]
        return kind in types or (kind == "integer" and "number" in types)

    def routes(self):
        for dialect, document in self.documents.items():
            for path, operations in document["paths"].items():
                for method, operation in operations.items():
                    if isinstance(operation, dict) and set(operation.get("tags", [])) & self.tags:
                        prefix = "/v5.0.0" if dialect == "libpod" else ""
                        if (method.upper(), path) in LEFT_OUT:
                            continue
                        yield document, method.upper(), prefix + path, operation

    @staticmethod
    def fill(path, name="nosuch"):
        while "{" in path:
            path = path[:path.index("{")] + name + path[path.index("}") + 1:]
        return path

    # ---- the matrix ----

    def test_path(self, method, path):
        if "{" in path:
            for name in PATH_NAMES:
                self.refused(None, method, self.fill(path, name), "{}" if method in ("POST", "PUT") else None)

    def test_query(self, document, method, path, operation):
        body = "{}" if method in ("POST", "PUT") else None
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "query":
                continue
            name, schema = parameter["name"], parameter.get("schema", {})
            _, types = self.resolve(document, schema)
            values = []
            if name == "filters":
                values = FILTERS
            elif "boolean" in types:
                values = ["maybe", "2", "[]"]
            elif "integer" in types:
                values = ["x", "1.5", "9" * 30, "0x10", " 1"]
            elif name == "name" and path.endswith("/create"):
                values = [value for value in NEW_NAMES if "\0" not in value]
            for value in values:
                word = name if value not in FILTERS or "nosuch" not in value else "nosuch"
                if len(value) > 100000:
                    word = None  # the head is too large, and nobody reads it
                self.refused(word, method, f"{self.fill(path)}?{name}={urllib.parse.quote(value)}", body)
            if values:
                self.refused(None, method, f"{self.fill(path)}?{name}=a%00b", body)

    def test_body(self, document, method, path, operation):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if not content:
            return
        target = self.fill(path)
        if any(parameter["name"] == "version" for parameter in operation.get("parameters", [])):
            target += "?version=1"
        for body in BODIES:
            if body in ("", "null") and not operation["requestBody"].get("required"):
                continue
            self.refused(None, method, target, body)
        self.refused(None, method, target, '{"Name":"' + "x" * (17 << 20) + '"}')
        schema, _ = self.resolve(document, content["schema"])
        self.of_object = "{" in path
        for value, word in self.mutants(document, content["schema"], "body"):
            if isinstance(value, dict) and value:
                self.refused(word, method, target, json.dumps(value))
        name = next((key for key in schema.get("properties", {}) if key.lower() == "name"), None)
        for value in NEW_NAMES if name and path.endswith("/create") else []:
            self.refused("name", method, target, json.dumps({**self.sample(document, schema), name: value}))

    def lists(self):
        found = {}
        for path in ("networks/json", "volumes/json", "secrets/json"):
            status, text = self.send("GET", f"/v5.0.0/libpod/{path}")
            found[path] = sorted(str(one.get("Name") or one.get("name") or one.get("ID")) for one in json.loads(text)) if status == 200 else text
        return found

    def run(self):
        before = self.lists()
        for document, method, path, operation in self.routes():
            self.test_path(method, path)
            self.test_query(document, method, path, operation)
            self.test_body(document, method, path, operation)
        after = self.lists()
        if before != after:
            self.wrong.append(f"something was made: before {before}, after {after}")
        for line in self.wrong:
            print(line)
        print(f"{self.sent} requests, {len(self.wrong)} answered wrongly")
        return 1 if self.wrong or self.sent < 100 else 0


if __name__ == "__main__":
    sys.exit(Tester(sys.argv[1], sys.argv[2], set(sys.argv[3:])).run())
