// What is limited, and how a node can enforce it. Data that node-init and the runtime share.

export interface ProgramLimits {
  /** Beyond it the program is killed with all its processes. Undefined: no limit. */
  memoryBytes?: number;
  /** Thousandths of a core. Undefined: no limit. */
  cpuMillis?: number;
}

export interface LimitsReport {
  /** `watched`: compared every second, which a program that allocates quickly exceeds for a moment. */
  memory: 'cgroup' | 'watched';
  /** `reported`: its use is measured, nothing slows it down. */
  cpu: 'cgroup' | 'reported';
  /** Where its groups are, or why there are none and what to do, for people. */
  detail: string;
}
