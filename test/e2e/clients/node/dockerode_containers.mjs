// What programs do with dockerode: run, create, attach, start, wait, logs, exec, list, remove.
//
//     node hello.mjs SOCKET NAME
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";

import Docker from "dockerode";

const [socketPath, name] = process.argv.slice(2);
const docker = new Docker({ socketPath });

function collect() {
    const stream = new PassThrough();
    const pieces = [];
    stream.on("data", (piece) => pieces.push(piece));
    stream.text = () => Buffer.concat(pieces).toString();
    return stream;
}

function ended(stream) {
    return new Promise((resolve, reject) => stream.on("end", resolve).on("close", resolve).on("error", reject));
}

async function runs() {
    const out = collect();
    const [result, container] = await docker.run("busybox", ["sh", "-c", "echo hello; exit 3"], out, {
        name: `${name}-run`,
        Tty: true,
    });
    assert.equal(result.StatusCode, 3);
    assert.equal(out.text(), "hello\r\n");
    await container.remove();
}

async function attachesBeforeStart() {
    const container = await docker.createContainer({
        name: `${name}-attach`,
        Image: "busybox",
        Cmd: ["sh", "-c", "read line; echo \"got $line\"; echo bad >&2; exit 4"],
        OpenStdin: true,
        StdinOnce: true,
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
    });
    // hijack makes dockerode send its options as a JSON body too, which is not the container's input
    const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
    const out = collect();
    const err = collect();
    docker.modem.demuxStream(stream, out, err);
    await container.start();
    stream.write("line\n");
    stream.end();
    await ended(stream);
    assert.equal(out.text(), "got line\n");
    assert.equal(err.text(), "bad\n");
    assert.equal((await container.wait()).StatusCode, 4);
    const logs = await container.logs({ stdout: true, stderr: false });
    assert.equal(logs.subarray(8).toString(), "got line\n");
    await container.remove({ v: true });
    await assert.rejects(container.inspect(), (error) => error.statusCode === 404 && /No such container/.test(error.message));
}

async function executes() {
    const container = await docker.createContainer({ name: `${name}-exec`, Image: "busybox", Cmd: ["sleep", "1000"] });
    await container.start();
    await container.start().catch((error) => assert.equal(error.statusCode, 304));
    const exec = await container.exec({ Cmd: ["sh", "-c", "cat; exit 5"], AttachStdin: true, AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({ hijack: true, stdin: true });
    const out = collect();
    docker.modem.demuxStream(stream, out, out);
    stream.end("through\n");
    await ended(stream);
    assert.equal(out.text(), "through\n");
    const shown = await exec.inspect();
    assert.equal(shown.ExitCode, 5);
    assert.equal(shown.Running, false);
    const listed = await docker.listContainers({ filters: { name: [`${name}-exec`] } });
    assert.deepEqual(listed.map((one) => [one.Names, one.Image, one.State]), [[[`/${name}-exec`], "busybox", "running"]]);
    await container.rename({ name: `${name}-other` });
    await container.pause();
    await container.unpause();
    await container.restart({ t: 0 });
    await container.stop({ t: 0 });
    await container.remove({ force: true });
}

await runs();
await attachesBeforeStart();
await executes();
console.log("all well");
