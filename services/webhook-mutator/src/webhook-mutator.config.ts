import { DEFAULT_PREFIX } from '@whoran/contracts';
import { Setting, StatefulConfig } from '@whoran/service-kit';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

/** The settings of webhook-mutator. */
export class WebhookMutatorConfig extends StatefulConfig {
  @Setting({
    env: 'WHORAN_WEBHOOK_CLUSTER',
    kind: 'text',
    about: 'Name of the cluster whose API server calls. Required. The same word as in the paths of the ingesters.',
  })
  @Matches(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, {
    message: 'must be set to a name of lower-case letters, digits, "-" and ".", at most 253 characters',
  })
  cluster = '';

  @Setting({ env: 'WHORAN_WEBHOOK_PORT', kind: 'integer', about: 'Port to listen on; 0 takes any free one.' })
  @IsInt()
  @Min(0)
  @Max(65_535)
  port = 8443;

  @Setting({
    env: 'WHORAN_WEBHOOK_KEYS',
    kind: 'text',
    about: 'Folder of the signing keys, made by "whoran keys generate". Looked at every 2 s.',
  })
  @IsString()
  keys = 'data/keys';

  @Setting({
    env: 'WHORAN_WEBHOOK_KEY_MINIMUM_AGE',
    kind: 'duration',
    about: 'How old a new key must be before it signs, while an older one can: the time that its public key needs to reach the resolvers.',
  })
  @IsInt()
  @Min(0)
  keyMinimumAge = 60_000;

  @Setting({ env: 'WHORAN_WEBHOOK_TLS_CERT', kind: 'text', about: 'PEM file of the server certificate. Read again when it changes.' })
  @IsOptional()
  @IsString()
  tlsCert: string | undefined;

  @Setting({ env: 'WHORAN_WEBHOOK_TLS_KEY', kind: 'text', about: 'PEM file of the key of the server certificate.' })
  @IsOptional()
  @IsString()
  tlsKey: string | undefined;

  @Setting({
    env: 'WHORAN_WEBHOOK_CLIENT_CA',
    kind: 'text',
    about: 'PEM file of the CA that signs the client certificate of the API server. With it, callers identify themselves by certificate.',
  })
  @IsOptional()
  @IsString()
  clientCa: string | undefined;

  @Setting({
    env: 'WHORAN_WEBHOOK_CLIENT_NAMES',
    kind: 'list',
    about: 'Common names, one of which the client certificate must have. Empty: every certificate of the CA will do.',
  })
  @IsString({ each: true })
  clientNames: readonly string[] = [];

  @Setting({
    env: 'WHORAN_WEBHOOK_SECRET_PATH',
    kind: 'secret',
    about:
      'For API servers without a client certificate: the webhook is then called at /mutate/<this>. 16 to 100 letters, digits, "-" and "_".',
  })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{16,100}$/, { message: 'must be 16 to 100 letters, digits, "-" and "_"' })
  secretPath: string | undefined;

  @Setting({
    env: 'WHORAN_WEBHOOK_ALLOW_UNAUTHENTICATED',
    kind: 'boolean',
    about:
      'For development only: answer any caller, and listen without TLS if no certificate is given. Anybody who reaches the port can then have tokens signed.',
  })
  @IsBoolean()
  allowUnauthenticated = false;

  @Setting({
    env: 'WHORAN_WEBHOOK_FAIL_POLICY',
    kind: 'text',
    about: 'What an internal error means to the user: open lets the request pass uninjected, closed refuses it.',
  })
  @IsIn(['open', 'closed'])
  failPolicy: 'open' | 'closed' = 'open';

  @Setting({ env: 'WHORAN_WEBHOOK_PREFIX', kind: 'text', about: 'Prefix of the injected variables. The resolvers need the same.' })
  @Matches(/^(?!KUBERNETES_)[A-Z_][A-Z0-9_]{0,63}$/, {
    message: 'must be upper-case letters, digits and "_", and must not begin with KUBERNETES_',
  })
  prefix: string = DEFAULT_PREFIX;

  @Setting({
    env: 'WHORAN_WEBHOOK_POLICY_FILE',
    kind: 'text',
    about: 'YAML file of the injection policy. Without one, everything is injected, in every namespace.',
  })
  @IsOptional()
  @IsString()
  policyFile: string | undefined;

  @Setting({
    env: 'WHORAN_WEBHOOK_QUARANTINE_FILE',
    kind: 'text',
    about: 'YAML file of the users, groups and credentials that may not enter containers.',
  })
  @IsOptional()
  @IsString()
  quarantineFile: string | undefined;

  @Setting({
    env: 'WHORAN_WEBHOOK_QUARANTINE_EXEMPT_USERS',
    kind: 'list',
    about: 'Users whom no quarantine keeps out, whatever a file, Redis or a response says.',
  })
  @IsString({ each: true })
  quarantineExemptUsers: readonly string[] = [];

  @Setting({
    env: 'WHORAN_WEBHOOK_QUARANTINE_EXEMPT_GROUPS',
    kind: 'list',
    about:
      'Groups whose members no quarantine keeps out: the break-glass groups. Whoever may impersonate one of them is not kept out either.',
  })
  @IsString({ each: true })
  quarantineExemptGroups: readonly string[] = ['whoran:break-glass'];

  @Setting({
    env: 'WHORAN_WEBHOOK_RESPONSES',
    kind: 'boolean',
    about: 'Whether to keep out whom responses of the alert router quarantine, as their topic tells.',
  })
  @IsBoolean()
  responses = true;

  @Setting({
    env: 'WHORAN_WEBHOOK_LEARNED_STRATEGIES',
    kind: 'boolean',
    about: 'Whether to follow what resolvers learned about images in which injected commands do not start.',
  })
  @IsBoolean()
  learnedStrategies = true;

  @Setting({
    env: 'WHORAN_WEBHOOK_KUBERNETES',
    kind: 'text',
    about: 'Where pods are known from: in-cluster (the service account), kubeconfig (the file), or none.',
  })
  @IsIn(['none', 'in-cluster', 'kubeconfig'])
  kubernetes: 'none' | 'in-cluster' | 'kubeconfig' = 'none';

  @Setting({
    env: 'WHORAN_WEBHOOK_KUBECONFIG',
    kind: 'text',
    about: 'The kubeconfig file, for WHORAN_WEBHOOK_KUBERNETES=kubeconfig. Needs get, list and watch on pods.',
  })
  @IsOptional()
  @IsString()
  kubeconfig: string | undefined;

  @Setting({
    env: 'WHORAN_WEBHOOK_POD_LOOKUP',
    kind: 'duration',
    about: 'The longest that an exec waits for a pod that is not in the watch cache.',
  })
  @IsInt()
  @Min(1)
  @Max(5000)
  podLookup = 500;

  @Setting({
    env: 'WHORAN_WEBHOOK_QUEUE',
    kind: 'integer',
    about: 'Sessions that wait for the bus at most; then the oldest are dropped and counted.',
  })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  queue = 10_000;
}
