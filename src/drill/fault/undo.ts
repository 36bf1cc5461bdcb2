// Steps that take a fault back, as data: they are in the journal before the fault begins, and whoever finds them there can carry them out.

export type UndoStep =
  | { readonly type: 'node-start' | 'node-thaw' | 'node-heal'; readonly node: string }
  | { readonly type: 'pod-thaw'; readonly namespace: string; readonly name: string; readonly uid: string }
  | { readonly type: 'uncordon'; readonly node: string }
  /** Back to what it was, unless somebody else changed it meanwhile. */
  | {
      readonly type: 'scale';
      readonly namespace: string;
      readonly deployment: string;
      readonly replicas: number;
      /** What the fault made of it: anything else is somebody else's doing. Undefined: whatever it is now. */
      readonly changedTo?: number;
    }
  /** `resource`: VERSION/PLURAL or GROUP/VERSION/PLURAL, such as `v1/services` or `apps/v1/deployments`. */
  | { readonly type: 'delete'; readonly resource: string; readonly namespace?: string; readonly name: string }
  /** The template's annotation that a rollout was begun with stays: there is nothing to take back. */
  | {
      readonly type: 'command';
      readonly command: readonly string[];
      readonly folder: string;
      readonly timeoutMs?: number;
    };
