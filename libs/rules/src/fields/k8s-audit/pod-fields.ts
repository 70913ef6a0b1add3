import { isRecord } from '@whoran/kernel';
import { textOf } from '../../audit/json-document.ts';
import { type FieldDefinition, indexedField, keyedField, textField, textsField } from '../catalog.ts';
import { at } from '../json-path.ts';
import { readList, readText, textAt, textsAt } from './audit-value.ts';

const spec = (...path: readonly string[]) => readText('requestObject', 'spec', ...path);
const volumes = readList(['requestObject', 'spec', 'volumes']);
const HOST_PATH = ['hostPath', 'path'];

/** Pods that are asked for, apart from their containers. */
export const podFields: readonly FieldDefinition[] = [
  textField('ka.req.pod.host_ipc', 'Whether the pod shares the IPC namespace of the node.', spec('hostIPC')),
  textField('ka.req.pod.host_network', 'Whether the pod shares the network of the node.', spec('hostNetwork')),
  textField('ka.req.container.host_network', 'Deprecated: ka.req.pod.host_network.', spec('hostNetwork')),
  textField('ka.req.pod.host_pid', 'Whether the pod sees the processes of the node.', spec('hostPID')),
  textField('ka.req.pod.run_as_user', 'The user id that the pod asks for.', spec('securityContext', 'runAsUser')),
  textField('ka.req.pod.run_as_group', 'The group id that the pod asks for.', spec('securityContext', 'runAsGroup')),
  textField('ka.req.pod.fs_group', 'The group that owns the volumes of the pod.', spec('securityContext', 'fsGroup')),
  textsField('ka.req.pod.supplemental_groups', 'Further group ids that the pod asks for.', (event) =>
    readList(['requestObject', 'spec', 'securityContext', 'supplementalGroups'])(event)?.map(textOf),
  ),
  indexedField('ka.req.pod.volumes.hostpath', 'The paths of the node that are mounted.', (event, index) =>
    textsAt(volumes(event, index), HOST_PATH),
  ),
  keyedField(
    'ka.req.volume.hostpath',
    'Whether a path of the node is mounted: ka.req.volume.hostpath[/etc], or with * at the end all that begin so.',
    (event, key) => {
      const paths = volumes(event)?.map((volume) => textAt(volume, HOST_PATH));
      return paths && textOf(paths.some((path) => path !== undefined && isMeant(path, key)));
    },
  ),
  indexedField('ka.req.pod.volumes.flexvolume_driver', 'The drivers of FlexVolumes.', (event, index) =>
    textsAt(volumes(event, index), ['flexVolume', 'driver']),
  ),
  indexedField('ka.req.pod.volumes.volume_type', 'What the volumes are: hostPath, configMap, secret.', (event, index) =>
    volumes(event, index)?.flatMap((volume) => (isRecord(volume) ? Object.keys(volume).filter((key) => key !== 'name') : [])),
  ),
];

function isMeant(path: string, key: string): boolean {
  return key.endsWith('*') ? path.startsWith(key.slice(0, -1)) : path === key;
}

/** ConfigMaps and services that are asked for. */
export const objectFields: readonly FieldDefinition[] = [
  textField('ka.req.configmap.name', 'The name of the object, whatever it is.', readText('objectRef', 'name')),
  textField('ka.req.configmap.obj', 'The data of the ConfigMap, as JSON.', readText('requestObject', 'data')),
  textField('ka.req.service.type', 'The type of the service: ClusterIP, NodePort, LoadBalancer.', spec('type')),
  indexedField('ka.req.service.ports', 'The ports of the service, as one JSON list whatever the index.', (event) => {
    const ports = at(event.document, ['requestObject', 'spec', 'ports']);
    return spec('ports')(event) === undefined ? undefined : [textOf(ports)];
  }),
];
