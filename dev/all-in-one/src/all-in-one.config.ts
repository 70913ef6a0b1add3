import { Setting } from '@whoran/service-kit';
import { IsString, Matches, MinLength } from 'class-validator';

/** Settings of all services together, beside each one's own. */
export class AllInOneConfig {
  @Setting({
    env: 'WHORAN_DATA_DIR',
    kind: 'text',
    about: 'Folder for keys, certificates, secrets and the database when all services run in one process.',
  })
  @IsString()
  @MinLength(1)
  dataDir = 'data';

  @Setting({
    env: 'WHORAN_PUBLIC_HOST',
    kind: 'text',
    about: 'Name or IP address under which clusters reach this machine. The development certificate is made for it.',
  })
  @Matches(/^[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,252})$/, { message: 'must be a host name or an IP address' })
  publicHost = '127.0.0.1';
}
