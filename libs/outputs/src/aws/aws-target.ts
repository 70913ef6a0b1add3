import type { Millis } from '@whoran/kernel';
import type { SecretReader } from '../http/secret-reader.ts';
import type { OutputHost } from '../output.ts';
import { type TlsMaterial, timeoutOf } from '../settings-reader.ts';
import type { AwsSettings } from './aws.config.ts';
import type { CredentialPlace } from './credential-source.ts';

/** A service at AWS, or compatible with one, and who we are there. */
export interface AwsTarget {
  readonly service: string;
  readonly region: string;
  readonly endpoint: URL;
  readonly credentials: CredentialPlace;
  readonly timeout: Millis;
  readonly tls: TlsMaterial;
  readonly secrets: readonly string[];
}

/** Addresses that hand credentials to a container without TLS, as the SDKs of AWS allow them. */
const CONTAINER_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]', '169.254.170.2', '169.254.170.23', '[fd00:ec2::23]']);

/** Reads where a service is and with what its requests are signed. Complaints are the reader's. */
export function awsTarget(
  service: string,
  settings: AwsSettings,
  { reader, host }: { readonly reader: SecretReader; readonly host: OutputHost },
): AwsTarget {
  const { region, endpoint } = settings;
  const credentials = credentialPlace(settings, { reader, host });
  return {
    service,
    region,
    endpoint: new URL(endpoint ?? `https://${service}.${domainOf(region)}`),
    credentials,
    timeout: timeoutOf(settings.timeout),
    tls: reader.tls('/tls', settings.tls ?? {}),
    secrets: reader.secrets,
  };
}

/** Where the services of a region are. */
export function domainOf(region: string): string {
  return `${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

interface Reading {
  readonly reader: SecretReader;
  readonly host: OutputHost;
}

/** Who we are at AWS: the settings' credentials, or those that the environment has. Complaints are the reader's. */
export function credentialPlace(settings: Pick<AwsSettings, 'region' | 'credentials'>, reading: Reading): CredentialPlace {
  const { reader } = reading;
  if (settings.credentials === undefined) return placeOfEnvironment(settings.region, reading);
  const { access_key_id: accessKeyId, ...places } = settings.credentials;
  const secret = { file: places.secret_access_key_file, env: places.secret_access_key_env };
  if (secret.file === undefined && secret.env === undefined) {
    reader.complain('/credentials', 'needs secret_access_key_file or secret_access_key_env');
  }
  const secretAccessKey = reader.secretAt('/credentials/secret_access_key', secret) ?? '';
  const sessionToken = reader.secretAt('/credentials/session_token', { file: places.session_token_file, env: places.session_token_env });
  return { kind: 'given', credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } };
}

/** The variables that AWS sets in its containers, in the order in which its SDKs look at them. */
function placeOfEnvironment(region: string, { reader, host }: Reading): CredentialPlace {
  const read = (name: string): string | undefined => host.readEnv?.(name) || undefined;
  const [accessKeyId, secretAccessKey, sessionToken] = [
    read('AWS_ACCESS_KEY_ID'),
    read('AWS_SECRET_ACCESS_KEY'),
    read('AWS_SESSION_TOKEN'),
  ];
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    reader.secrets.push(secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken]));
    return { kind: 'given', credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } };
  }
  const [roleArn, roleToken] = [read('AWS_ROLE_ARN'), read('AWS_WEB_IDENTITY_TOKEN_FILE')];
  if (roleArn !== undefined && roleToken !== undefined) {
    return { kind: 'role', url: new URL(`https://sts.${domainOf(region)}`), roleArn, token: reader.secret('/credentials', roleToken) };
  }
  const [uri, tokenFile] = [read('AWS_CONTAINER_CREDENTIALS_FULL_URI'), read('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')];
  const url = uri === undefined ? null : URL.parse(uri);
  if (url && (url.protocol === 'https:' || CONTAINER_HOSTS.has(url.hostname))) {
    return { kind: 'container', url, token: tokenFile === undefined ? undefined : reader.secret('/credentials', tokenFile) };
  }
  reader.complain('', 'needs credentials: none are set here, and none of the variables by which AWS gives them to a container');
  return { kind: 'given', credentials: { accessKeyId: '', secretAccessKey: '' } };
}
