// What a volume means where it says nothing.

import type { V1DownwardAPIVolumeFile, V1Volume, V1VolumeProjection } from '../generated/types.ts';

const fileMode = 0o644;
const tokenLifetimeSeconds = 3600;

export function volumeDefaults(volume: V1Volume): void {
  if (!Object.keys(volume).some((key) => key !== 'name')) volume.emptyDir = {};
  if (volume.configMap) volume.configMap.defaultMode ??= fileMode;
  if (volume.secret) volume.secret.defaultMode ??= fileMode;
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= fileMode;
    for (const item of volume.downwardAPI.items ?? []) downwardDefaults(item);
  }
  if (volume.projected) {
    volume.projected.defaultMode ??= fileMode;
    for (const source of volume.projected.sources ?? []) projectionDefaults(source);
  }
  if (volume.hostPath) volume.hostPath.type ??= '';
  remoteVolumeDefaults(volume);
}

function downwardDefaults({ fieldRef, resourceFieldRef }: V1DownwardAPIVolumeFile): void {
  if (fieldRef) fieldRef.apiVersion ||= 'v1';
  if (resourceFieldRef) resourceFieldRef.divisor ??= '0';
}

function projectionDefaults(source: V1VolumeProjection): void {
  if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= tokenLifetimeSeconds;
  for (const item of source.downwardAPI?.items ?? []) downwardDefaults(item);
}

function remoteVolumeDefaults(volume: V1Volume): void {
  if (volume.iscsi) volume.iscsi.iscsiInterface ||= 'default';
  if (volume.rbd) {
    volume.rbd.pool ||= 'rbd';
    volume.rbd.user ||= 'admin';
    volume.rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (volume.azureDisk) {
    volume.azureDisk.cachingMode ??= 'ReadWrite';
    volume.azureDisk.kind ??= 'Shared';
    volume.azureDisk.fsType ??= 'ext4';
    volume.azureDisk.readOnly ??= false;
  }
  if (volume.scaleIO) {
    volume.scaleIO.storageMode ||= 'ThinProvisioned';
    volume.scaleIO.fsType ||= 'xfs';
  }
  if (volume.ephemeral?.volumeClaimTemplate)
    volume.ephemeral.volumeClaimTemplate.spec.volumeMode ??= 'Filesystem';
}
