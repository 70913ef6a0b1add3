export { falcoIngester } from './falco-ingester.service.ts';
export { FalcoIngesterConfig } from './falco-ingester.config.ts';
