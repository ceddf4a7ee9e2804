// The lab's hand inside one network namespace: started by `nsenter --net=… node agent.mjs NAME`, it listens, probes and says
// what it saw. One JSON request a line on stdin, one JSON answer a line on stdout; it ends when stdin does.
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { createInterface } from "node:readline";

const name = process.argv[2];
/** Every connection and datagram that arrived: the only way to see one that nobody could answer. */
const arrivals = [];
const held = new Map();

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** A counter of ICMP's, of this process's own namespace: /proc/net/snmp has titles and values, snmp6 a field a line. */
function counter(field) {
  const [titles, values] = readFileSync("/proc/self/net/snmp", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("Icmp: "))
    .map((line) => line.split(" "));
  return Number(values[titles.indexOf(field)]);
}

const counter6 = (field) =>
  Number(new RegExp(`^Icmp6${field}\\s+(\\d+)`, "m").exec(readFileSync("/proc/self/net/snmp6", "utf8"))[1]);

/** ICMP unreachables of a host's family alone: probes of both are on their way together. */
const unreachables = (host) => (isV6(host) ? counter6("InDestUnreachs") : counter("InDestUnreachs"));

const isV6 = (host) => host.includes(":");
const socketKind = (host) => (isV6(host) ? "udp6" : "udp4");

// ---- servers: each tells the client who answered and which source it saw ----

function arrived(protocol, from, fromPort, to, toPort) {
  const arrival = { who: name, protocol, from, fromPort, to, toPort };
  arrivals.push(arrival);
  return JSON.stringify(arrival);
}

/** One socket a family: on a shared one an IPv4 client would be seen as `::ffff:…`. */
const EVERYWHERE = ["0.0.0.0", "::"];

/** The addresses of the devices: a datagram's answer comes from the address asked only where a socket is bound to it. */
const ownAddresses = () =>
  Object.values(networkInterfaces())
    .flat()
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address);

function listenTcp(port, host) {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => socket.write(data));
    socket.write(`${arrived("tcp", socket.remoteAddress, socket.remotePort, socket.localAddress, port)}\n`);
  });
  return new Promise((done, fail) => server.once("error", fail).listen({ port, host, ipv6Only: true }, done));
}

function listenUdp(port, host) {
  const socket = createSocket({ type: socketKind(host), ipv6Only: isV6(host), reuseAddr: true });
  socket.on("message", (_, { address, port: fromPort }) =>
    socket.send(arrived("udp", address, fromPort, null, port), fromPort, address, () => {}),
  );
  return new Promise((done, fail) => socket.once("error", fail).bind(port, host, done));
}

// ---- probes: each ends in one outcome ----

/** A reset and an ICMP port unreachable both end a connect() with ECONNREFUSED; the ICMP counter tells them apart. */
async function outcomeOf(error, host, unreachablesBefore) {
  if (error.code === "ECONNREFUSED") {
    return { kind: unreachables(host) > unreachablesBefore ? "port-unreachable" : "reset" };
  }
  if (error.code === "EHOSTUNREACH" || error.code === "ENETUNREACH") return { kind: "unreachable" };
  if (error.code === "EPERM") return { kind: "not-permitted" };
  if (error.code === "ECONNRESET") return { kind: "reset" };
  throw error;
}

function tcp({ host, port, from, fromPort, wait }, keep) {
  const before = unreachables(host);
  return new Promise((done, fail) => {
    const socket = connect({ host, port, localAddress: from, localPort: fromPort, noDelay: true });
    const timer = setTimeout(() => finish({ kind: "silent" }), wait);
    const finish = (outcome) => {
      clearTimeout(timer);
      if (keep !== undefined && outcome.kind === "answered") held.set(keep, socket);
      // A reset leaves no TIME_WAIT behind, but of a socket that still connects it waits for the connection.
      else if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
      done(outcome);
    };
    let greeting = "";
    const read = (data) => {
      greeting += data;
      if (!greeting.endsWith("\n")) return;
      socket.off("data", read);
      finish({ kind: "answered", ...JSON.parse(greeting) });
    };
    socket.on("data", read);
    socket.on("error", (error) => outcomeOf(error, host, before).then(finish, fail));
  });
}

/** A connected UDP socket: the kernel hands it ICMP errors, and datagrams from the address it asked only. */
function udp({ host, port, from, fromPort, payload, wait }) {
  const before = unreachables(host);
  return new Promise((done, fail) => {
    const socket = createSocket({ type: socketKind(host), ipv6Only: isV6(host) });
    let notPermitted = false;
    const timer = setTimeout(() => finish({ kind: notPermitted ? "not-permitted" : "silent" }), wait);
    const finish = (outcome) => {
      clearTimeout(timer);
      socket.close();
      done(outcome);
    };
    socket.on("message", (data) => finish({ kind: "answered", ...JSON.parse(data.toString()) }));
    // REJECT in OUTPUT fails the send with EPERM and sends the ICMP error as well: the error decides, so wait for it.
    socket.on("error", (error) => {
      if (error.code === "EPERM") notPermitted = true;
      else outcomeOf(error, host, before).then(finish, fail);
    });
    const send = () =>
      socket.connect(port, host, (error) => {
        if (error) outcomeOf(error, host, before).then(finish, fail);
        else socket.send(payload === undefined ? "who is there?" : Buffer.from(payload, "hex"));
      });
    socket.bind({ address: from ?? (isV6(host) ? "::" : "0.0.0.0"), port: fromPort ?? 0 }, send);
  });
}

function ping({ host, from, wait }) {
  const source = from === undefined ? [] : ["-I", from];
  const child = spawn("ping", ["-n", "-c", "1", "-W", String(wait / 1000), ...source, host], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.on("data", (data) => (text += data));
  child.stderr.on("data", (data) => (text += data));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", () => {
      if (text.includes("DIFFERENT ADDRESS")) done({ kind: "different-address" });
      else if (/ 1 received/.test(text)) done({ kind: "answered", protocol: "icmp" });
      else if (/Destination (Port Unreachable|unreachable: Port unreachable)/.test(text))
        done({ kind: "port-unreachable" });
      else if (/Operation not permitted/.test(text)) done({ kind: "not-permitted" });
      else if (/unreachable|prohibited|filtered/i.test(text)) done({ kind: "unreachable" });
      else if (/ 0 received/.test(text)) done({ kind: "silent" });
      else fail(new Error(text));
    });
  });
}

/** `count` connections or queries, each started `every` ms after the one before by the clock, in flight together: what became of each. */
async function many({ count, every, protocol, ...probe }) {
  const one = protocol === "udp" ? udp : tcp;
  const outcomes = [];
  const start = performance.now();
  for (let started = 0; started < count; started++) {
    const early = start + started * every - performance.now();
    if (early > 0) await pause(early);
    outcomes.push(one(probe));
  }
  return Promise.all(outcomes);
}

function say({ key, wait }) {
  const socket = held.get(key);
  return new Promise((done) => {
    const timer = setTimeout(() => done({ kind: "silent" }), wait);
    socket.once("data", () => {
      clearTimeout(timer);
      done({ kind: "answered" });
    });
    socket.write("still there?");
  });
}

/** A connected UDP socket that stays: each datagram of it belongs to one flow. */
function holdUdp({ host, port, key }) {
  const socket = createSocket({ type: socketKind(host), ipv6Only: isV6(host) });
  // A refusal of a datagram is said with the next one.
  socket.on("error", () => {});
  held.set(key, socket);
  return new Promise((done) => socket.connect(port, host, () => done(true)));
}

function sayUdp({ key, wait }) {
  const socket = held.get(key);
  return new Promise((done) => {
    const timer = setTimeout(() => finish({ kind: "silent" }), wait);
    const read = (data) => finish({ kind: "answered", ...JSON.parse(data.toString()) });
    const finish = (outcome) => {
      clearTimeout(timer);
      socket.off("message", read);
      done(outcome);
    };
    socket.on("message", read);
    socket.send("still there?", () => {});
  });
}

/** Whether a kept connection ends within so many ms though its owner says nothing. */
function ends({ key, wait }) {
  const socket = held.get(key);
  if (socket.closed) return true;
  return new Promise((done) => {
    const timer = setTimeout(() => done(false), wait);
    socket.once("close", () => {
      clearTimeout(timer);
      done(true);
    });
  });
}

/** Sends so many bytes to a server, which sends them back: how many came. */
async function pour({ bytes, ...probe }) {
  const key = Symbol("poured");
  const outcome = await tcp(probe, key);
  if (outcome.kind !== "answered") return 0;
  const socket = held.get(key);
  held.delete(key);
  let back = 0;
  return new Promise((done) => {
    const finish = () => {
      clearTimeout(timer);
      socket.resetAndDestroy();
      done(back);
    };
    const timer = setTimeout(finish, probe.wait);
    socket.on("data", ({ length }) => {
      back += length;
      if (back >= bytes) finish();
    });
    socket.write(Buffer.alloc(bytes, "x"));
  });
}

const operations = {
  listen: async ({ tcp: tcpPorts, udp: udpPorts }) => {
    await Promise.all([
      ...EVERYWHERE.flatMap((host) => tcpPorts.map((port) => listenTcp(port, host))),
      ...[...EVERYWHERE, ...ownAddresses()].flatMap((host) => udpPorts.map((port) => listenUdp(port, host))),
    ]);
    return true;
  },
  tcp: (request) => tcp(request),
  udp,
  ping,
  many,
  hold: ({ key, ...probe }) => tcp(probe, key),
  say,
  holdUdp,
  sayUdp,
  ends,
  pour,
  arrivals: async () => arrivals.splice(0),
  /** Echo requests that arrived, of each family. */
  echoes: async () => ({ v4: counter("InEchos"), v6: counter6("InEchos") }),
};

// The kernel's rate limit on ICMP errors would turn a second refusal into silence.
writeFileSync("/proc/sys/net/ipv4/icmp_ratelimit", "0");
writeFileSync("/proc/sys/net/ipv6/icmp/ratelimit", "0");

createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const { id, operation, ...request } = JSON.parse(line);
    const answer = await Promise.resolve()
      .then(() => operations[operation](request))
      .then(
        (value) => ({ id, value }),
        (error) => ({ id, error: `${name}: ${operation} ${JSON.stringify(request)}: ${error.stack}` }),
      );
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  })
  .on("close", () => process.exit(0));
