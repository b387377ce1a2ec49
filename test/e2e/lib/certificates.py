"""Certificates for tests of TLS, made by the openssl program."""
import os
import subprocess


def openssl(*argv, cwd):
    subprocess.run(["openssl", *argv], check=True, capture_output=True, cwd=cwd)


class Authority:
    """One that issues certificates, with its files in a directory: ca.pem, NAME.pem, NAME-key.pem."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory)
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        self.key = key
        openssl("req", "-x509", *key, "-keyout", "ca-key.pem", "-out", "ca.pem", "-subj", "/CN=authority", "-days", "2", cwd=directory)
        open(self.path("index.txt"), "w", encoding="ascii").close()
        with open(self.path("ca.conf"), "w", encoding="ascii") as out:
            out.write("[ca]\ndefault_ca = it\n[it]\ndatabase = index.txt\ndefault_md = sha256\ndefault_crl_days = 2\n")

    def path(self, name):
        return os.path.join(self.directory, name)

    def issue(self, name, subject, extensions, days=2):
        with open(self.path(name + ".ext"), "w", encoding="utf-8") as out:
            out.write(extensions + "\n")
        openssl("req", *self.key, "-utf8", "-keyout", name + "-key.pem", "-out", name + ".csr", "-subj", subject, cwd=self.directory)
        openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", "-out", name + ".pem",
                "-days", str(days), "-extfile", name + ".ext", cwd=self.directory)

    def server(self):
        self.issue("server", "/CN=server", "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth")

    def client(self, name, subject=None, names="", days=2):
        self.issue(name, subject or "/CN=" + name, "extendedKeyUsage=clientAuth\n" + (names and "subjectAltName=" + names), days)

    def revoke(self, *names):
        for name in names:
            openssl("ca", "-config", "ca.conf", "-cert", "ca.pem", "-keyfile", "ca-key.pem", "-revoke", name + ".pem", cwd=self.directory)
        openssl("ca", "-config", "ca.conf", "-cert", "ca.pem", "-keyfile", "ca-key.pem", "-gencrl", "-out", "crl.pem", cwd=self.directory)

    def fingerprint(self, name):
        done = subprocess.run(["openssl", "x509", "-in", self.path(name + ".pem"), "-noout", "-fingerprint", "-sha256"], check=True,
                              capture_output=True, text=True)
        return done.stdout.strip().split("=")[1]
