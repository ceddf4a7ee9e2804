/** Policy that names a service, an address that holds one, or the pod behind it. */
import { C, D, NODE1, NODE2, twoNodes } from "./cast.ts";
import { lesson } from "./lesson.ts";
import { draws, reaches, refused, silent } from "./probe.ts";
import { TWO_NODES } from "./topology.ts";

const W = "10.96.0.9";
const SERVICE = `service w ${W} { 80 -> c:8080 }`;

lesson("a rule on a service is about what the client asked for", { topology: TWO_NODES }, async (lab, observe) => {
  await observe("allow one pod, deny the others; the pod behind stays open", async () => {
    await lab.load(twoNodes(SERVICE, "allow a -> w", "deny pods -> w"));
    await reaches(lab, "a", `${W}:80`, { at: "c" });
    await Promise.all(["b", "d", "c"].map((client) => silent(lab, client, `${W}:80`)));
    await reaches(lab, "b", `${C}:8080`, { at: "c" });
    await reaches(lab, "node1", `${W}:80`, { at: "c" });
  });

  await observe("a range that holds the address is the same", async () => {
    await lab.load(twoNodes(SERVICE, "deny b -> 10.96.0.0/24", "deny a -> services:81", "reject d -> 10.96.0.9:80"));
    await silent(lab, "b", `${W}:80`);
    await silent(lab, "b", W);
    await reaches(lab, "a", `${W}:80`, { at: "c" });
    await silent(lab, "a", `${W}:81`);
    await refused(lab, "a", `${W}:82`);
    await refused(lab, "d", `${W}:80`);
    await reaches(lab, "b", `${C}:8080`, { at: "c" });
  });

  await observe("one port of it, by number or by label", async () => {
    const lines = "service api 10.96.0.12 { 80 as http -> c:8080; 53/udp as dns -> c:5353; 443 -> c:8081 }";
    await lab.load(twoNodes(lines, "deny a -> api:dns", "deny b -> api:443", "reject d -> api:http, api:53/udp"));
    await Promise.all([silent(lab, "a", "10.96.0.12:53/udp"), silent(lab, "b", "10.96.0.12:443")]);
    await reaches(lab, "a", "10.96.0.12:443", { at: "c", toPort: 8081 });
    await reaches(lab, "b", "10.96.0.12:53/udp", { at: "c", toPort: 5353 });
    await refused(lab, "d", "10.96.0.12:80");
    await refused(lab, "d", "10.96.0.12:53/udp");
    await reaches(lab, "d", "10.96.0.12:443", { at: "c", toPort: 8081 });
  });

  await observe("a rule on a pod is about the pod, however it was reached", async () => {
    await lab.load(twoNodes(SERVICE, "deny b -> c:8080", "deny a -> c:80"));
    await Promise.all([silent(lab, "b", `${W}:80`), silent(lab, "b", `${C}:8080`)]);
    // c:80 is not where the service's port 80 goes.
    await reaches(lab, "a", `${W}:80`, { at: "c" });
    await silent(lab, "a", `${C}:80`);
  });

  await observe("a node as the source is the node alone, not its pods", async () => {
    await lab.load(twoNodes(SERVICE, "deny node1 -> w"));
    await silent(lab, "node1", `${W}:80`);
    await reaches(lab, "node2", `${W}:80`, { at: "c" });
    await reaches(lab, "a", `${W}:80`, { at: "c" });
  });
});

lesson("an allow of a service opens its backends, wherever they run", { topology: TWO_NODES }, async (lab, observe) => {
  await observe("under a default deny, on the port that it maps to and no other", async () => {
    await lab.load(twoNodes(SERVICE, "allow a -> w", "default deny any -> pods"));
    await reaches(lab, "a", `${W}:80`, { at: "c" });
    await Promise.all([
      silent(lab, "b", `${W}:80`),
      silent(lab, "d", `${W}:80`),
      silent(lab, "b", `${C}:8080`),
      silent(lab, "a", `${C}:8081`),
      silent(lab, "a", `${D}:80`),
    ]);
    await silent(lab, "node1", `${W}:80`);
    await reaches(lab, "a", `${C}:8080`, { at: "c" });
    await reaches(lab, "c", `${NODE1}:80`, { at: "node1" });
  });

  await observe("backends on both nodes", async () => {
    const both = "service both 10.96.0.10 { 80 -> b:8080, c:8081, d }";
    await lab.load(twoNodes(both, "allow a, node2 -> both", "default deny any -> pods"));
    for (const client of ["a", "node2"]) await draws(lab, client, "10.96.0.10:80", ["b", "c", "d"]);
    await silent(lab, "c", "10.96.0.10:80");
  });

  await observe("from the outside, whose address the node of entry replaces", async () => {
    await lab.load(twoNodes(SERVICE, "allow 192.168.100.200, 192.168.8.166, nodes -> w", "default deny any -> pods"));
    await lab.on("lan", "ip", "route", "replace", "10.96.0.0/12", "via", NODE1);
    await lab.on("router", "ip", "route", "replace", "10.96.0.0/12", "via", NODE2);
    await reaches(lab, "lan", `${W}:80`, { at: "c", as: NODE1 });
    await reaches(lab, "outside", `${W}:80`, { at: "c", as: NODE2 }, { from: "192.168.8.166" });
    await silent(lab, "outside", `${W}:80`, { from: "192.168.1.10" });
  });

  await observe("by the word services, or by a range", async () => {
    for (const words of ["allow a -> services", "allow a -> 10.96.0.0/12:80"]) {
      await lab.load(twoNodes(SERVICE, words, "default deny any -> pods"));
      await reaches(lab, "a", `${W}:80`, { at: "c" });
      await silent(lab, "b", `${W}:80`);
    }
  });
});

lesson("what is denied is not refused, and what is refused is not opened", { topology: TWO_NODES }, async (lab) => {
  await lab.load(
    twoNodes(SERVICE, "service none-of-it 10.96.0.20 { 80 -> none }", "deny a -> 10.96.0.0/16", "allow b -> services"),
  );
  for (const target of ["10.96.0.77:80", "10.96.0.20:80", `${W}:81`]) {
    await silent(lab, "a", target);
    await refused(lab, "b", target);
  }
});

lesson("a service whose backend is the node", { topology: TWO_NODES }, async (lab, observe) => {
  const self = "service self 10.96.0.1 { 443 -> 192.168.100.100:8080 }";
  const target = "10.96.0.1:443";

  await observe("a rule on the node holds for what is delivered to it, however it was asked for", async () => {
    await lab.load(twoNodes(self, "deny a -> node1", "deny c -> node1:8080"));
    await Promise.all([silent(lab, "a", target), silent(lab, "a", `${NODE1}:80`), silent(lab, "c", target)]);
    await reaches(lab, "b", target, { at: "node1" });
    await reaches(lab, "c", `${NODE1}:80`, { at: "node1" });
  });
  await observe("a rule on the service leaves the node itself open", async () => {
    await lab.load(twoNodes(self, "deny a -> self"));
    await silent(lab, "a", target);
    await reaches(lab, "a", `${NODE1}:8080`, { at: "node1" });
    await reaches(lab, "b", target, { at: "node1" });
  });
  await observe("an allow of the service opens the node's port, on that node and from another", async () => {
    await lab.load(twoNodes(self, "allow a, c -> self", "default deny pods -> nodes"));
    for (const client of ["a", "c"]) await reaches(lab, client, target, { at: "node1" });
    await Promise.all([silent(lab, "b", target), silent(lab, "a", `${NODE1}:80`), silent(lab, "a", `${NODE2}:80`)]);
  });
});

lesson("a hairpin under a default deny", { topology: TWO_NODES }, async (lab) => {
  const services = ["service web 10.96.0.100 -> b", "hairpin b", "default deny any -> b"];
  await lab.load(twoNodes(...services));
  await silent(lab, "b", "10.96.0.100:80");
  await lab.load(twoNodes(...services, "allow b -> web:80"));
  await reaches(lab, "b", "10.96.0.100:80", { at: "b", as: NODE1 });
  await Promise.all([silent(lab, "b", "10.96.0.100:81"), silent(lab, "a", "10.96.0.100:80")]);
});
