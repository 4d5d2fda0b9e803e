import { existsSync } from "node:fs";
import { run } from "../../lib/process";
import { findCommand } from "../../lib/installedCommand";

/** A program or file that the embedded cloud needs on the host, and the Debian package that brings it. */
interface Requirement {
  /** A command, or an absolute path. */
  needs: string;
  package: string;
}

const requirements: readonly Requirement[] = [
  { needs: "containerd", package: "containerd" },
  { needs: "ctr", package: "containerd" },
  { needs: "runc", package: "runc" },
  { needs: "/usr/lib/cni/bridge", package: "containernetworking-plugins" },
  { needs: "iptables", package: "iptables" },
  { needs: "conntrack", package: "conntrack" },
  { needs: "ipset", package: "ipset" },
  { needs: "ip", package: "iproute2" },
  { needs: "mount", package: "mount" },
  { needs: "tini", package: "tini" },
  { needs: "socat", package: "socat" },
  { needs: "unshare", package: "util-linux" },
  { needs: "openssl", package: "openssl" },
  { needs: "buildah", package: "buildah" },
  { needs: "mmdebstrap", package: "mmdebstrap" },
  { needs: "/usr/share/keyrings/debian-archive-keyring.gpg", package: "debian-archive-keyring" },
  { needs: "python3", package: "python3" },
  { needs: "/etc/ssl/certs/ca-certificates.crt", package: "ca-certificates" },
];

const MINUTES = 60_000;

/** Debian packages that are missing on this host, in alphabetical order. */
export async function missingPackages(): Promise<string[]> {
  const missing = requirements
    .filter(({ needs }) => (needs.startsWith("/") ? !existsSync(needs) : findCommand(needs) === undefined))
    .map((requirement) => requirement.package);
  if (!(await hasPip())) missing.push("python3-pip");
  return [...new Set(missing)].sort();
}

async function hasPip(): Promise<boolean> {
  try {
    await run("python3", [
      "-c",
      "import importlib.util,sys; sys.exit(importlib.util.find_spec('pip') is None)",
    ]);
    return true;
  } catch {
    return false;
  }
}

/**
 * Installs Debian packages without starting a service.
 * @throws Error that names the packages on a host without apt-get, CommandError when apt-get fails
 */
export async function installPackages(
  packages: readonly string[],
  detail: (text: string) => void,
): Promise<void> {
  if (packages.length === 0) return;
  if (findCommand("apt-get") === undefined) {
    throw new Error(
      `this host lacks what these Debian packages bring, and has no apt-get to install them: ${packages.join(", ")}. ` +
        "Install their counterparts, then run this again.",
    );
  }
  detail(packages.join(" "));
  try {
    await install(packages, detail);
  } catch {
    detail("fetching package lists");
    // A third-party source that cannot be reached fails the update, but not the installation.
    await aptGet(["update"], detail).catch(() => undefined);
    await install(packages, detail);
  }
}

function install(packages: readonly string[], detail: (text: string) => void): Promise<void> {
  return aptGet(["install", "--yes", "--no-install-recommends", ...packages], detail);
}

async function aptGet(args: readonly string[], detail: (text: string) => void): Promise<void> {
  // Packages start their services when they see systemd, or when the run level asks for it: hide the one, deny the other.
  const script = 'if [ -d /run/systemd ]; then mount -t tmpfs none /run/systemd; fi; exec apt-get "$@"';
  const options = ["-o", "DPkg::Lock::Timeout=120"];
  // A session of its own: Ctrl-C in the terminal must not stop dpkg in the middle of a package.
  await run("setsid", ["--wait", "unshare", "--mount", "sh", "-c", script, "apt-get", ...options, ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
    timeoutMs: 15 * MINUTES,
    onLine: (line) => {
      if (/^(Get|Unpacking|Setting up)/.test(line)) detail(line);
    },
  });
}
