// The one place where anything that was thrown becomes a Status.

import { internalError, StatusError, serviceUnavailable } from '../api/status.ts';
import { StoreFailedError, StoreFullError } from '../store/store.ts';

/** A StatusError for the client. What is unexpected is reported to `log` and answered without its details. */
export function toStatusError(error: unknown, log: (error: unknown) => void): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof StoreFullError) {
    return new StatusError(
      507,
      'InsufficientStorage',
      `the disk is full: nothing was written (${error.message})`,
    );
  }
  log(error);
  if (error instanceof StoreFailedError)
    return serviceUnavailable(`the store refused the write: ${error.message}`);
  return internalError('an unexpected error; the server log has the details', error);
}
