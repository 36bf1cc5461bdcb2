// Whether this machine lets this user have nodes with namespaces of their own: found out by making some and throwing them away.

import { accessSync, constants, readFileSync } from 'node:fs';
import path from 'node:path';
import { holdNamespaces } from '../../base/namespaces/namespace-holder.ts';
import { systemPath } from '../../base/run-program.ts';

/** For nodes with a network of their own; undefined: nothing is against it. Otherwise one line: what is missing, and what to do about it. */
export function whyNoNetns(): Promise<string | undefined> {
  return whyNot({ net: true, programs: [...forPids, ...forNet], script: netScript });
}

/** The same for nodes that only have PIDs and mounts of their own. */
export function whyNoPidNamespaces(): Promise<string | undefined> {
  return whyNot({ net: false, programs: forPids, script: pidScript });
}

interface Wanted {
  readonly net: boolean;
  readonly programs: readonly (readonly [program: string, packageOfIt: string])[];
  readonly script: string;
}

const forPids = [
  ['unshare', 'util-linux'],
  ['nsenter', 'util-linux'],
  ['setpriv', 'util-linux'],
  ['mount', 'mount'],
  ['umount', 'mount'],
  ['hostname', 'hostname'],
] as const;

const forNet = [['ip', 'iproute2']] as const;

const pidScript = `mount -t tmpfs tmpfs /run
hostname probe`;

/** One of everything: a bridge, a named namespace, a pair of links with one end in it, a setting. */
const netScript = `export PATH="${systemPath('$PATH')}"
${pidScript}
ip -batch - <<END
link add probe0 type bridge
netns add probe
link add probe1 up master probe0 type veth peer name eth0 netns probe
END
echo 1 > /proc/sys/net/ipv4/ip_forward`;

async function whyNot({ net, programs, script }: Wanted): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'namespaces are a thing of Linux: use the loopback network here';
  const missing = programs.find(([program]) => !isInstalled(program));
  if (missing) return `the program "${missing[0]}" is missing: install it ("apt install ${missing[1]}")`;
  const isRoot = process.getuid?.() === 0;
  try {
    const holder = await holdNamespaces({ user: !isRoot, net, pid: true, setUp: script });
    holder.kill();
    await holder.ended;
    return undefined;
  } catch (error) {
    return (isRoot ? undefined : forbidden()) ?? explained((error as Error).message, isRoot);
  }
}

function isInstalled(program: string): boolean {
  return systemPath()
    .split(':')
    .some((folder) => {
      try {
        accessSync(path.join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The settings by which distributions keep ordinary users from user namespaces. */
const switches = [
  { setting: 'kernel.apparmor_restrict_unprivileged_userns', forbids: '1', allows: '0' },
  { setting: 'kernel.unprivileged_userns_clone', forbids: '0', allows: '1' },
  { setting: 'user.max_user_namespaces', forbids: '0', allows: '15000' },
] as const;

function forbidden(): string | undefined {
  for (const { setting, forbids, allows } of switches) {
    if (settingOf(setting) !== forbids) continue;
    return `user namespaces are forbidden here (${setting}=${forbids}): allow them ("sudo sysctl -w ${setting}=${allows}"), or start Relevo as root`;
  }
  return undefined;
}

/** Undefined where this kernel does not have it. */
function settingOf(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function explained(message: string, isRoot: boolean): string {
  if (/unknown device type|not supported/i.test(message))
    return `${message}: the kernel needs bridges and veth pairs ("sudo modprobe bridge veth")`;
  if (/not permitted|denied|read-only/i.test(message) && isRoot)
    return `${message}: in a container, start it with more rights (such as "docker run --privileged")`;
  if (/not permitted|denied|no space left/i.test(message))
    return `${message}: start Relevo as root, or where user namespaces are allowed`;
  return message;
}
