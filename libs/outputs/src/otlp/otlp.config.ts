import Type from 'typebox';
import { CONNECTION_SETTINGS } from '../http/http.config.ts';

const { url, url_file, url_env, headers, header_files, timeout, tls, basic_auth, bearer_token_file, bearer_token_env } =
  CONNECTION_SETTINGS;

/** Settings of a receiver of logs by OTLP. */
export const OtlpSettings = Type.Object(
  {
    ...{ url, url_file, url_env, headers, header_files, timeout, tls, basic_auth, bearer_token_file, bearer_token_env },
    encoding: Type.Optional(Type.Enum(['protobuf', 'json'], { description: 'protobuf by default' })),
    compression: Type.Optional(Type.Enum(['none', 'gzip'], { description: 'none by default' })),
    resource: Type.Optional(
      Type.Record(Type.String(), Type.String({ maxLength: 1024 }), {
        description: 'attributes of the resource, such as deployment.environment.name; service.name is whoran unless it is given here',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'A log record by OTLP over HTTP for each alert; /v1/logs is added to the URL if it is missing.',
  },
);
export type OtlpSettings = Type.Static<typeof OtlpSettings>;
