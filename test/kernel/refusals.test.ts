/** What netc refuses at once, instead of leaving a client to wait. */
import { NODE1, oneNode } from "./cast.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { reaches, refused } from "./probe.ts";

const PROGRAM = oneNode(
  "service closed 10.96.0.60 -> none",
  "service half 10.96.0.61 { 80 -> b; 81 -> none; 53/udp -> none }",
);
/** In the services range, and no service's. */
const NOBODY = "10.96.0.77";

async function refusesAll(lab: Lab, client: string): Promise<void> {
  for (const host of ["10.96.0.60", NOBODY]) {
    await refused(lab, client, `${host}:80`);
    await refused(lab, client, `${host}:53/udp`);
    await refused(lab, client, host);
  }
  await refused(lab, client, "10.96.0.61:81");
  await refused(lab, client, "10.96.0.61:53/udp");
  // Ports that no line names, and ping, which a service with port lines does not serve.
  await refused(lab, client, "10.96.0.61:8080");
  await refused(lab, client, "10.96.0.61:8080/udp");
  await refused(lab, client, "10.96.0.61");
}

lesson("ports without backends, unserved ports, nobody's address", { program: PROGRAM }, async (lab, observe) => {
  await lab.on("lan", "ip", "route", "add", "10.96.0.0/12", "via", NODE1);
  for (const client of ["a", "node1", "lan"]) {
    await observe(`are refused at once, from ${client}`, () => refusesAll(lab, client));
    await observe(`the port beside them is served, from ${client}`, () =>
      reaches(lab, client, "10.96.0.61:80", { at: "b", toPort: 80 }),
    );
  }
  await observe("a pod's own ports are never refused by netc", async () => {
    for (const port of [":81", ":443", ":53/udp", ":8080", ""])
      await reaches(lab, "a", `10.244.1.11${port}`, { at: "b" });
  });
});
