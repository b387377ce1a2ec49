// What programs do with dockerode beside containers: networks, volumes, events, df, info, prune.
//
//     node dockerode_objects.mjs SOCKET NAME
import assert from "node:assert/strict";

import Docker from "dockerode";

const [socketPath, name] = process.argv.slice(2);
const docker = new Docker({ socketPath, version: "v1.44" });
const labels = { [`${name}-test`]: "yes" };
const filters = { label: [`${name}-test`] };

async function sleeper(suffix, more) {
    const container = await docker.createContainer({
        name: `${name}-${suffix}`,
        Image: "busybox",
        Cmd: ["sleep", "1000"],
        Labels: labels,
        ...more,
    });
    await container.start();
    return container;
}

function isStatus(code, text) {
    return (error) => error.statusCode === code && text.test(error.message);
}

async function networks() {
    const network = await docker.createNetwork({
        Name: `${name}-net`,
        Labels: labels,
        IPAM: { Config: [{ Subnet: "10.74.50.0/24", Gateway: "10.74.50.1" }] },
    });
    const container = await sleeper("a", {
        HostConfig: { NetworkMode: `${name}-net` },
        NetworkingConfig: { EndpointsConfig: { [`${name}-net`]: { Aliases: ["web"], IPAMConfig: { IPv4Address: "10.74.50.9" } } } },
    });
    const shown = await network.inspect();
    assert.equal(shown.Containers[container.id].IPv4Address, "10.74.50.9/24");
    assert.deepEqual(shown.Labels, labels);
    await assert.rejects(docker.createNetwork({ Name: `${name}-net` }), isStatus(409, /already exists/));
    await assert.rejects(network.remove(), isStatus(403, /active endpoints/));

    const other = await sleeper("b", { HostConfig: { NetworkMode: "none" } });
    await other.remove({ force: true });
    await network.disconnect({ Container: container.id });
    await network.connect({ Container: container.id, EndpointConfig: { IPAMConfig: { IPv4Address: "10.74.50.10" } } });
    const { NetworkSettings } = await container.inspect();
    assert.equal(NetworkSettings.Networks[`${name}-net`].IPAddress, "10.74.50.10");
    assert.deepEqual((await docker.listNetworks({ filters })).map((one) => one.Name), [`${name}-net`]);
    await container.remove({ force: true });
    const pruned = await docker.pruneNetworks({ filters });
    assert.deepEqual(pruned.NetworksDeleted, [`${name}-net`]);
}

async function volumes() {
    const made = await docker.createVolume({ Name: `${name}-vol`, Labels: labels });
    assert.equal(made.Name ?? made.name, `${name}-vol`);
    const volume = docker.getVolume(`${name}-vol`);
    const container = await sleeper("a", { HostConfig: { NetworkMode: "none", Binds: [`${name}-vol:/data`] } });
    await assert.rejects(volume.remove(), isStatus(409, /in use/));
    assert.equal((await volume.inspect()).Driver, "local");
    assert.deepEqual((await container.inspect()).Mounts.map((one) => [one.Type, one.Name, one.Destination]), [["volume", `${name}-vol`, "/data"]]);
    await container.remove({ force: true });
    assert.deepEqual((await docker.listVolumes({ filters })).Volumes.map((one) => one.Name), [`${name}-vol`]);
    await volume.remove();
    await assert.rejects(volume.inspect(), isStatus(404, /no such volume/i));
}

/* The life of one container, told while it happens. */
async function events() {
    const since = Math.floor(Date.now() / 1000) - 1;
    const stream = await docker.getEvents({ since, filters: { type: ["container"], container: [`${name}-a`] } });
    const container = await sleeper("a", { HostConfig: { NetworkMode: "none" } });
    await container.kill();
    await container.wait();
    await container.remove();
    let text = "";
    const wanted = ["create", "start", "kill", "die", "destroy"];
    for await (const piece of stream) {
        text += piece;
        const seen = text.split("\n").filter(Boolean).filter((line) => line.endsWith("}")).map((line) => JSON.parse(line));
        const own = seen.filter((event) => event.Actor.ID === container.id).map((event) => event.Action);
        if (own.includes("destroy")) {
            assert.deepEqual(own.filter((action) => wanted.includes(action)), wanted);
            break;
        }
    }
}

async function system() {
    const info = await docker.info();
    assert.equal(info.OSType, "linux");
    assert.ok(info.NCPU > 0 && info.MemTotal > 0);
    const { ApiVersion } = await docker.version();
    assert.match(ApiVersion, /^1\.\d+$/);
    const df = await docker.df();
    assert.ok(df.Images.some((image) => (image.RepoTags ?? []).some((tag) => tag.includes("busybox"))));
    assert.equal((await docker.ping()).toString(), "OK");
}

await networks();
await volumes();
await events();
await system();
console.log("all well");
