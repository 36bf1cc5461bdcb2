// The environment on its way to a program: the starters that come before it run with more rights than it, so what could change them
// (LD_PRELOAD, PATH) is put in its place only when those rights are gone.

const steering =
  /^(PATH|PWD|OLDPWD|HOME|ENV|IFS|PS\d|CDPATH|OPTIND|POSIXLY_CORRECT|LANG|LANGUAGE|TZ|TZDIR|TERM|(LD_|LC_|LOC|GLIBC_|GCONV_|NLS|TMP|BASH|SHELL|MALLOC_|LIB|NSS_).*)$/;
const ordinaryName = /^[A-Za-z_]\w*$/;
/** Of the starters themselves. */
export const starterPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface StagedEnvironment {
  /** What starters see, and pass on. */
  passed: Record<string, string>;
  /** For env(1), which makes it complete. */
  words: string[];
}

export function stagedEnvironment(env: Readonly<Record<string, string>>): StagedEnvironment {
  const passed: Record<string, string> = { PATH: starterPath };
  const words = ['-u', 'OLDPWD'];
  for (const [name, value] of Object.entries(env)) {
    if (ordinaryName.test(name) && !steering.test(name)) passed[name] = value;
    else words.push(`${name}=${value}`);
  }
  return { passed, words };
}
