// For health checks inside a container: ends with 0 if the service there answers that it is ready, else with 1.
import { get } from 'node:http';

get(`http://127.0.0.1:${process.env.GHOSTLY_HEALTH_PORT}/ready`, ({ statusCode }) =>
  process.exit(statusCode === 200 ? 0 : 1),
).on('error', () => process.exit(1));
