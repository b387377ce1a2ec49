// Attaches to a container over a WebSocket, as a browser's terminal does.
//
//     node websocket.mjs SOCKET CONTAINER QUERY [INPUT]
//
// Prints what comes, and "closed CODE" on a line of its own at the end. Input is sent in messages of a byte, of text and of
// a hundred thousand bytes each, as they come; a ping has to be answered before that.
import WebSocket from "ws";

const [socket, container, query, input = ""] = process.argv.slice(2);
const connection = new WebSocket(`ws+unix:${socket}:/v1.44/containers/${container}/attach/ws?${query}`);
connection.binaryType = "nodebuffer";

connection.on("open", () => connection.ping("are you there"));
connection.on("pong", (payload) => {
    if (payload.toString() !== "are you there") {
        throw new Error(`pong: ${payload}`);
    }
    if (input === "long") {
        for (let i = 0; i < 10; i++) {
            connection.send(Buffer.alloc(100000, "x"));
        }
        connection.send("\n");
    } else {
        for (const character of input) {
            connection.send(character);
        }
    }
});
connection.on("message", (data) => {
    process.stdout.write(data);
    if (data.toString().includes("enough")) {
        connection.close();
    }
    if (data.toString().includes("42")) {
        connection.send("\x18"); // ctrl-x
    }
});
connection.on("unexpected-response", (request, response) => {
    response.on("end", () => process.exit()).pipe(process.stdout);
});
connection.on("error", (error) => console.log(error.message));
connection.on("close", (code) => console.log(`\nclosed ${code}`));
