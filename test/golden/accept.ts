import { accept, errorPrograms, programs } from "./golden.ts";

if (process.env["CI"]) {
  process.stderr.write("golden:accept is not for CI: what is accepted there was read by nobody\n");
  process.exit(1);
}
for (const folder of [...programs(), ...errorPrograms()]) {
  for (const path of accept(folder)) process.stdout.write(`${folder}/${path}\n`);
}
