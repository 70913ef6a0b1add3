export { type CheckRoutesOptions, checkRoutes } from './check-routes.ts';
export { showRoutes } from './show-routes.ts';
export { type TestRoutesOptions, testRoutes } from './test-routes.ts';
