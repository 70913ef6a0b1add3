export { type YamlFile, readYaml } from './read-yaml.ts';
