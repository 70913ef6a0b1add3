export { alertRouter } from './alert-router.service.ts';
export { AlertRouterConfig } from './alert-router.config.ts';
