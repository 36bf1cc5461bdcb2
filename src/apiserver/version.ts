// What /version says: the level of the Kubernetes API that is spoken, and by whom.

const level = { major: '1', minor: '32', gitVersion: 'v1.32.0' };

/** `version`: Relevo's own. */
export function versionDocument(version: string): object {
  return {
    ...level,
    gitVersion: `${level.gitVersion}+relevo.${version}`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: `node ${process.versions.node}`,
    compiler: 'node',
    platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
  };
}
