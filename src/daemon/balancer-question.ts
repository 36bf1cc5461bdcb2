// What the supervisor may ask of the balancer.

/** To kill what moves its traffic with -9. Answered with KilledBalancer. */
export const killEngine = 'kill the engine';
