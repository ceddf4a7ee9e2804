/** Runs whole processes side by side and keeps the medians. Needs Linux: the peak of memory is read from /proc. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { median } from "./median.mjs";

/** VmHWM is the high-water mark of resident memory, so a late look tells all that was before it. */
const LOOK_EVERY_MS = 5;

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {readonly string[]} command
 * @property {string} [output] the file that takes its standard output
 * @property {number} [times] how often it runs in each round, once where left out: short ones more often, since chance weighs more on them
 * @property {number} [rest] milliseconds of rest before each run: the kernel is still at work when what came before has ended
 * @property {number} [rounds] fewer than the others
 * @property {() => void} [before] each run
 */

/** @typedef {{ seconds: number, bytes: number }} Sample */

function peakOf(pid) {
  try {
    const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return kilobytes === undefined ? 0 : Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

/** @param {Subject} subject @returns {Promise<Sample>} */
function runOnce({ name, command, output = "/dev/null" }) {
  return new Promise((resolve, reject) => {
    const file = openSync(output, "w");
    const start = performance.now();
    const child = spawn(command[0], command.slice(1), { stdio: ["ignore", file, "pipe"] });
    let bytes = 0;
    let said = "";
    const look = () => {
      bytes = Math.max(bytes, peakOf(child.pid));
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    let seconds = 0;
    child.stderr.on("data", (data) => {
      said += data;
    });
    child.on("error", reject);
    child.on("exit", () => {
      seconds = (performance.now() - start) / 1000;
    });
    child.on("close", (code) => {
      clearInterval(timer);
      closeSync(file);
      if (code === 0) resolve({ seconds, bytes });
      else reject(new Error(`${name} ended with ${code}: ${said}`));
    });
  });
}

/**
 * All subjects in turn in every round, so that a slow moment of the machine falls on all of them. The first round only fills
 * caches: a subject with few rounds is left out of it.
 *
 * @param {readonly Subject[]} subjects
 * @param {number} rounds
 * @param {(round: number) => void} onRound
 * @returns {Promise<Map<string, Sample>>} the medians by name
 */
export async function sideBySide(subjects, rounds, onRound) {
  const samples = new Map(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    onRound(round);
    const present = subjects.filter(
      (subject) => subject.rounds === undefined || (round > 0 && round <= subject.rounds),
    );
    for (let turn = 0; present.some(({ times = 1 }) => turn < times); turn += 1) {
      for (const subject of present.filter(({ times = 1 }) => turn < times)) {
        subject.before?.();
        if (subject.rest !== undefined) await pause(subject.rest);
        const sample = await runOnce(subject);
        if (round > 0) samples.get(subject.name).push(sample);
      }
    }
  }
  const medians = (list) => ({
    seconds: median(list.map(({ seconds }) => seconds)),
    bytes: median(list.map(({ bytes }) => bytes)),
  });
  return new Map([...samples].map(([name, list]) => [name, medians(list)]));
}
