export { type ServiceSettings, type Settings, readSettings } from './settings.ts';
export { type RunningServices, type Shared, startServices } from './start-services.ts';
export { prepareDevelopment } from './development.ts';
