export { ForensicsConfig } from './forensics.config.ts';
export { forensics } from './forensics.service.ts';
