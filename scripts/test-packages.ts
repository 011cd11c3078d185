import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The Debian packages that the tests use, and a file by which each is known to be there. */
const PACKAGES = {
  chromium: "/usr/bin/chromium",
  "firefox-esr": "/usr/bin/firefox-esr",
  coturn: "/usr/bin/turnutils_uclient",
  iproute2: "/usr/sbin/ip",
  nftables: "/usr/sbin/nft",
  tshark: "/usr/bin/tshark",
  "openssh-server": "/usr/sbin/sshd",
  "openssh-client": "/usr/bin/ssh",
  postgresql: "/usr/bin/pg_lsclusters",
  slapd: "/usr/sbin/slapd",
  faketime: "/usr/bin/faketime",
  "nginx-light": "/usr/sbin/nginx",
  haproxy: "/usr/sbin/haproxy",
  pebble: "/usr/bin/pebble",
  systemd: "/usr/bin/systemd-analyze",
  "clang-14": "/usr/bin/clang++-14",
  // Its folder: the files in it are archives, not programs.
  "libclang-rt-14-dev": "/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux",
} as const;

/** A script that apt asks before it starts a daemon: 101 is "not allowed". */
const POLICY = "/usr/sbin/policy-rc.d";

/** Packages that are not installed. */
export function missingPackages(): string[] {
  return Object.entries(PACKAGES).flatMap(([name, file]) => (executable(file) ? [] : [name]));
}

/** Installs what is missing, without starting coturn's or sshd's service. Returns what is still missing. */
export function installTestPackages(): string[] {
  const missing = missingPackages();
  if (missing.length === 0 || process.getuid?.() !== 0 || !executable("/usr/bin/apt-get")) return missing;
  console.log(`installing ${missing.join(" ")}`);
  const ours = !existsSync(POLICY);
  if (ours) {
    writeFileSync(POLICY, "#!/bin/sh\nexit 101\n");
    chmodSync(POLICY, 0o755);
  }
  try {
    if (!indexed(missing) || !apt("install", "--yes", "--no-install-recommends", ...missing)) {
      apt("update");
      apt("install", "--yes", "--no-install-recommends", ...missing);
    }
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
  return missingPackages();
}

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  return spawnSync("apt-get", ["-q", ...args], { env, stdio: "inherit" }).status === 0;
}

/** False on a machine whose package lists were never fetched, where an install could only fail. */
function indexed(names: readonly string[]): boolean {
  const lists = "/var/lib/apt/lists";
  if (!existsSync(lists) || !readdirSync(lists).some((name) => name.includes("Packages"))) return false;
  return names.every((name) => spawnSync("apt-cache", ["show", name], { stdio: "ignore" }).status === 0);
}

function executable(file: string): boolean {
  const places = [file, join("/usr/sbin", file.split("/").pop()!), join("/sbin", file.split("/").pop()!)];
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

if (import.meta.main) {
  const missing = installTestPackages();
  if (missing.length > 0) {
    console.error(`The tests need Debian packages that are not installed: ${missing.join(" ")}`);
    console.error(`Install them as root: apt-get update && apt-get install ${missing.join(" ")}`);
    process.exit(1);
  }
}
