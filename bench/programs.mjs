/** Finds what is measured beside netc; Debian keeps some of it where only root's PATH looks. */
import { spawnSync } from "node:child_process";

process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** @param {string} name @returns {boolean} */
export const isInstalled = (name) => spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;
