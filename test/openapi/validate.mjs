// Checks recorded exchanges against the OpenAPI documents: what was asked and answered well has to be what the documents
// say, and every operation has to have been called.
//
//   node validate.mjs [--partial] log.jsonl …      --partial: operations nobody called are listed and do not fail
//
// A line of a log: {method, target, request_type, request_body, status, reply_type, reply_body, complete, hijacked};
// bodies are text, or null when they were binary, too long, or absent.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const here = dirname(fileURLToPath(import.meta.url));
const JSON_TYPE = 'application/json';
const BOOLEANS = /^(1|0|t|f|true|false|yes|no|none|)$/i;

const ajv = new Ajv2020({ strict: false, allErrors: false });
addFormats.default ? addFormats.default(ajv) : addFormats(ajv);
ajv.addFormat('uint64', true);

// ---- the documents ----

function segmentsOf(path) {
    return path.split('/').slice(1);
}

function loadDocument(name) {
    const document = JSON.parse(readFileSync(join(here, '../../swagger', `${name}.json`)));
    ajv.addSchema(document, name);
    const operations = [];
    for (const [path, item] of Object.entries(document.paths))
        for (const [method, operation] of Object.entries(item)) {
            const greedy = new Set((operation.parameters ?? []).filter((p) => p['x-greedy']).map((p) => p.name));
            operations.push({ name, path, method, operation, greedy, segments: segmentsOf(path), calls: 0 });
        }
    return { name, operations };
}

const documents = { docker: loadDocument('docker'), libpod: loadDocument('libpod') };

// Whether a template takes the whole path; names that may hold slashes take as much as they can.
function takes(operation, segments, i = 0, at = 0) {
    if (i === operation.segments.length)
        return at === segments.length;
    const segment = operation.segments[i];
    if (!segment.startsWith('{'))
        return segments[at] === segment && takes(operation, segments, i + 1, at + 1);
    if (!segments[at])
        return false;
    let most = operation.greedy.has(segment.slice(1, -1)) ? segments.length - at : 1;
    for (; most > 0; most--)
        if (takes(operation, segments, i + 1, at + most))
            return true;
    return false;
}

function literals(operation) {
    return operation.segments.map((segment) => (segment.startsWith('{') ? '1' : '0')).join('');
}

function findOperation(exchange) {
    const path = exchange.target.split('?')[0].replace(/^\/v\d[0-9A-Za-z.-]*(?=\/)/, '');
    const document = path.startsWith('/libpod/') ? documents.libpod : documents.docker;
    const segments = segmentsOf(path).map((segment) => {
        try {
            return decodeURIComponent(segment);
        } catch {
            return segment;
        }
    });
    const found = document.operations.filter((o) => o.method === exchange.method.toLowerCase() && takes(o, segments));
    found.sort((a, b) => (literals(a) + '2').localeCompare(literals(b) + '2') || b.segments.length - a.segments.length);
    return found[0];
}

// ---- values ----

const compiled = new Map();

function faultOf(name, schema, value) {
    const key = name + JSON.stringify(schema);
    if (!compiled.has(key)) {
        const absolute = JSON.parse(JSON.stringify(schema), (k, v) => (k === '$ref' ? name + v : v));
        compiled.set(key, ajv.compile(absolute));
    }
    const check = compiled.get(key);
    return check(value) ? null : ajv.errorsText(check.errors, { dataVar: 'value' });
}

// Absent and null are the same in a request.
function withoutNulls(value) {
    if (Array.isArray(value))
        return value.map(withoutNulls);
    if (value === null || typeof value !== 'object')
        return value;
    return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null).map(([k, v]) => [k, withoutNulls(v)]));
}

function parse(text) {
    try {
        return { value: JSON.parse(text) };
    } catch (error) {
        return { fault: error.message };
    }
}

function faultOfParameter(parameter, text) {
    if (parameter.content) {
        const { fault } = text === '' ? {} : parse(text);
        return fault;
    }
    const schema = parameter.schema;
    if (schema.type === 'boolean' && !BOOLEANS.test(text))
        return 'is no boolean';
    if (schema.type === 'integer' && !/^[-+]?\d*$/.test(text))
        return 'is no integer';
    if (schema.enum && text !== '' && !schema.enum.includes(text))
        return `is none of ${schema.enum.join(' ')}`;
    return null;
}

// ---- one exchange ----

const unknownNames = new Map();

function checkQuery(operation, exchange, complain) {
    const query = new URLSearchParams(exchange.target.split('?').slice(1).join('?'));
    const known = (operation.operation.parameters ?? []).filter((p) => p.in === 'query');
    for (const [name, text] of query) {
        const parameter = known.find((p) => p.name === name) ?? known.find((p) => p.name.toLowerCase() === name.toLowerCase());
        const fault = parameter && faultOfParameter(parameter, text);
        if (!parameter)
            unknownNames.set(`${operation.method.toUpperCase()} ${operation.path} ?${name}`, exchange.target);
        if (fault)
            complain(`query ${name}=${text}: ${fault}`);
    }
}

function checkRequest(operation, exchange, complain) {
    checkQuery(operation, exchange, complain);
    const schema = operation.operation.requestBody?.content?.[JSON_TYPE]?.schema;
    if (!schema || !exchange.request_body?.trim())
        return;
    const { value, fault } = parse(exchange.request_body);
    const wrong = fault ?? (value === null ? null : faultOf(operation.name, schema, withoutNulls(value)));
    if (wrong)
        complain(`request body: ${wrong}`);
}

function checkReply(operation, exchange, complain) {
    const replies = operation.operation.responses;
    const reply = replies[exchange.status] ?? (exchange.status >= 400 ? replies.default : undefined);
    if (!reply)
        return complain(`status ${exchange.status} is not in the document`);
    const content = (reply.$ref ? { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/Error' } } } : reply.content) ?? {};
    if (exchange.status === 101 || exchange.method === 'HEAD' || exchange.status === 304)
        return;
    if (!Object.keys(content).length) {
        if (exchange.reply_body)
            complain(`reply ${exchange.status} has a body, the document none: ${exchange.reply_body.slice(0, 80)}`);
        return;
    }
    const type = (exchange.reply_type ?? '').split(';')[0].trim();
    const hijack = Object.values(content).find((m) => m['x-hijack']);
    if (hijack && !type && !exchange.reply_body) // exec start with Detach: nothing to carry
        return;
    const media = content[type] ?? (exchange.hijacked ? hijack : undefined);
    if (!media)
        return complain(`reply ${exchange.status} is ${type || 'of no type'}, the document has ${Object.keys(content).join(', ')}`);
    if (!media.schema || exchange.reply_body === null)
        return;
    let texts = [exchange.reply_body];
    if (media['x-stream'])
        texts = exchange.reply_body.split('\n').filter((line) => line.trim());
    if (media['x-stream'] && !exchange.complete && texts.length && !exchange.reply_body.endsWith('\n'))
        texts.pop();
    if (!media['x-stream'] && !exchange.complete)
        return;
    for (const text of texts) {
        const { value, fault } = parse(text);
        const wrong = fault ?? faultOf(operation.name, media.schema, value);
        if (wrong)
            return complain(`reply ${exchange.status}: ${wrong}\n      ${text.slice(0, 300)}`);
    }
}

// ---- the whole ----

const partial = process.argv.includes('--partial');
const logs = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const faults = new Map();
let count = 0;
let unrouted = 0;

for (const log of logs)
    for (const line of readFileSync(log, 'utf8').split('\n')) {
        if (!line)
            continue;
        const exchange = JSON.parse(line);
        const operation = findOperation(exchange);
        count++;
        if (!operation) {
            unrouted++;
            if (![301, 400, 404, 405].includes(exchange.status))
                faults.set(`${exchange.method} ${exchange.target}: no operation, and yet ${exchange.status}`, 1);
            continue;
        }
        operation.calls++;
        const complain = (text) => {
            const fault = `${exchange.method} ${operation.path} (${exchange.target}): ${text}`;
            faults.set(fault, (faults.get(fault) ?? 0) + 1);
        };
        if (exchange.status < 400)
            checkRequest(operation, exchange, complain);
        checkReply(operation, exchange, complain);
    }

const operations = [...documents.docker.operations, ...documents.libpod.operations];
const missed = operations.filter((operation) => !operation.calls);
for (const [fault, times] of faults)
    console.log(`fault: ${fault}${times > 1 ? ` (${times} times)` : ''}`);
for (const [name, target] of unknownNames)
    console.log(`note: not in the document: ${name} (${target})`);
for (const operation of missed)
    console.log(`never called: ${operation.method.toUpperCase()} ${operation.path}`);
console.log(`openapi: ${count} exchanges, ${unrouted} of them unrouted, ${faults.size} faults, ` +
    `${operations.length - missed.length} of ${operations.length} operations called`);
process.exit(faults.size || !count || (missed.length && !partial) ? 1 : 0);
