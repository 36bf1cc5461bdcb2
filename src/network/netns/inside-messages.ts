// What InsideConnections and its process in a pod's network say to each other.

export interface InsideQuestion {
  readonly number: number;
  readonly port: number;
}

/** With the connection as its handle, unless there is a problem. */
export interface InsideAnswer {
  readonly number: number;
  readonly problem?: string;
}
