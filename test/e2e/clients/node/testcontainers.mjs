// What test suites do with testcontainers: a container for each way to wait, networks, files, logs, exec.
//
//     node testcontainers.mjs IMAGE
//
// DOCKER_HOST and RYUK_CONTAINER_IMAGE come from the environment. Nothing is removed here: that is the reaper's work.
import assert from "node:assert/strict";
import { text } from "node:stream/consumers";

import { GenericContainer, Network, Wait } from "testcontainers";

const [image] = process.argv.slice(2);

function shell(script) {
    return new GenericContainer(image).withCommand(["sh", "-c", script]);
}

const httpd = "httpd -f -p 80 -h /www";
const pages = "mkdir -p /www; echo welcome >/www/index.html; ";

async function waitsForLog() {
    const container = await shell("echo one; echo ready; sleep 1000").withWaitStrategy(Wait.forLogMessage("ready")).start();
    const logs = await container.logs(); // follows
    for await (const piece of logs) {
        if (piece.toString().includes("ready")) {
            break;
        }
    }
    const { output, exitCode } = await container.exec(["sh", "-c", "echo inside; exit 7"]);
    assert.deepEqual([output, exitCode], ["inside\n", 7]);
    await container.restart();
    await container.stop();
}

async function waitsForPorts() {
    const container = await shell(pages + httpd).withExposedPorts(80).start(); // the usual way: from outside and inside
    const answer = await fetch(`http://${container.getHost()}:${container.getMappedPort(80)}/`);
    assert.equal(await answer.text(), "welcome\n");
}

async function waitsForHttp() {
    const container = await shell(pages + httpd)
        .withExposedPorts(80)
        .withWaitStrategy(Wait.forHttp("/index.html", 80).forStatusCode(200).forResponsePredicate((body) => body === "welcome\n"))
        .start();
    assert.ok(container.getMappedPort(80) > 0);
}

async function waitsForHealth() {
    const container = await shell("sleep 0.3; touch /tmp/well; sleep 1000")
        .withHealthCheck({ test: ["CMD-SHELL", "test -e /tmp/well"], interval: 200, timeout: 5000, retries: 100, startPeriod: 0 })
        .withWaitStrategy(Wait.forHealthCheck())
        .start();
    assert.equal((await container.exec(["test", "-e", "/tmp/well"])).exitCode, 0);
}

async function waitsForCommand() {
    await shell("sleep 0.3; touch /tmp/there; sleep 1000").withWaitStrategy(Wait.forSuccessfulCommand("test -e /tmp/there")).start();
}

async function waitsForTheEnd() {
    await shell("exit 0").withWaitStrategy(Wait.forOneShotStartup()).start();
    await assert.rejects(shell("exit 3").withWaitStrategy(Wait.forOneShotStartup()).start(), /failed to start/);
}

async function waitsForAll() {
    await shell(`echo begun; ${pages}${httpd}`)
        .withExposedPorts(80)
        .withWaitStrategy(Wait.forAll([Wait.forLogMessage("begun"), Wait.forListeningPorts()]))
        .start();
    const late = shell("sleep 1000").withWaitStrategy(Wait.forLogMessage("never").withStartupTimeout(300));
    await assert.rejects(late.start(), /not received after 300ms/);
}

async function meetsOnNetworks() {
    const network = await new Network().start();
    await shell(pages + httpd).withNetwork(network).withNetworkAliases("web").withExposedPorts(80).start();
    const asking = await shell("sleep 1000").withNetwork(network).start();
    const { output } = await asking.exec(["sh", "-c", "nslookup -type=a web"]);
    assert.match(output, /Address: 1/);
}

async function copiesFiles() {
    const container = await shell("cat /etc/greeting; sleep 1000")
        .withCopyContentToContainer([{ content: "copied before\n", target: "/etc/greeting" }])
        .withWaitStrategy(Wait.forLogMessage("copied before"))
        .start();
    await container.copyContentToContainer([{ content: "copied later\n", target: "/tmp/later", mode: 0o600 }]);
    assert.equal((await container.exec(["cat", "/tmp/later"])).output, "copied later\n");
    assert.match(await text(await container.copyArchiveFromContainer("/tmp/later")), /copied later/);
}

async function keepsWhatItIsTold() {
    const container = await new GenericContainer(image)
        .withCommand(["sh", "-c", 'echo "$GREETING $(pwd) $(id -u)"; sleep 1000'])
        .withEnvironment({ GREETING: "hello" })
        .withWorkingDir("/tmp")
        .withUser("1000")
        .withLabels({ kind: "test" })
        .withTmpFs({ "/scratch": "rw,size=1m" })
        .withResourcesQuota({ memory: 0.25, cpu: 0.5 })
        .withUlimits({ nofile: { hard: 512, soft: 256 } })
        .withWaitStrategy(Wait.forLogMessage("hello /tmp 1000"))
        .start();
    assert.equal((await container.exec(["sh", "-c", "ulimit -n"])).output, "256\n");
    assert.equal(container.getLabels().kind, "test");
}

setInterval(() => {}, 1000); // a test runner would keep node from ending in the middle of a wait
for (const step of [waitsForLog, waitsForPorts, waitsForHttp, waitsForCommand, waitsForTheEnd, waitsForAll, meetsOnNetworks,
    keepsWhatItIsTold, waitsForHealth, copiesFiles]) {
    await step();
    console.log(step.name);
}
console.log("all well");
process.exit(0);
