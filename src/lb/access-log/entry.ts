// What the access log knows of a request, or of a connection of mode tcp, when it is over.

/** Timers are milliseconds, fractions too, -1 for what did not happen: HAProxy's manual, 8.4 "Timing events". */
export interface AccessLogEntry {
  /** Milliseconds since the epoch: when the first byte of the request came. */
  readonly at: number;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly frontend: string;
  readonly tls: boolean;
  /** The frontend's own name where it was routed nowhere, as HAProxy has it. */
  readonly backend?: string;
  /** Undefined: `<NOSRV>`. */
  readonly server?: string;
  /** TR: from the first byte of the request to the end of its head. */
  readonly requestMs: number;
  /** Tw. */
  readonly queueMs: number;
  /** Tc. */
  readonly connectMs: number;
  /** Tr: from the connection to the end of the head of the answer. */
  readonly responseMs: number;
  /** Ta: the whole request. */
  readonly totalMs: number;
  /** 0: none was sent. */
  readonly status: number;
  /** To the client, the head included. */
  readonly bytesOut: number;
  /** From the client, the head included; JSON only. */
  readonly bytesIn: number;
  /** Four characters, such as `----`, `SC--`, `--VN`: HAProxy's manual, 8.5. */
  readonly termination: string;
  /** At its end. Connections of the process and of the frontend, its own included; other requests of the backend, and of the server. */
  readonly actconn: number;
  readonly feconn: number;
  readonly beconn: number;
  readonly srvConn: number;
  readonly retries: number;
  readonly redispatched: boolean;
  /** As the how manieth it began to wait, in the queue of the server or of the backend; 0: it did not. */
  readonly serverQueue: number;
  readonly backendQueue: number;
  /** Undefined: the request was not read (`<BADREQ>`), or it is a connection of mode tcp. */
  readonly method?: string;
  readonly target?: string;
  /** HTTP/1.minor. */
  readonly minor?: number;
  /** JSON only. */
  readonly host?: string;
  readonly requestId?: string;
  /** X-Relevo-Load-Id, where a valid one was sent. */
  readonly loadId?: string;
  readonly userAgent?: string;
  readonly referer?: string;
  /** The bin that it is counted in; JSON only. */
  readonly outcome?: string;
  /** Why it was refused; JSON only. */
  readonly reason?: string;
}
