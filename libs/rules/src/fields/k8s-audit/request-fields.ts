import { textOf } from '../../audit/json-document.ts';
import { type FieldDefinition, indexedField, keyedField, textField, textsField } from '../catalog.ts';
import { at } from '../json-path.ts';
import { auditOf, readList, readText } from './audit-value.ts';
import { queryParameter } from './query-parameter.ts';

const annotation = (name: string) => readText('annotations', name);

/** Who asked for what, and what the API server decided. */
export const requestFields: readonly FieldDefinition[] = [
  textField('ka.auditid', 'The id of the request in the audit log.', readText('auditID')),
  textField('ka.stage', 'How far the request has come: RequestReceived, ResponseStarted, ResponseComplete or Panic.', readText('stage')),
  textField('ka.auth.decision', 'What authorization decided: allow or forbid.', annotation('authorization.k8s.io/decision')),
  textField('ka.auth.reason', 'Why authorization decided so.', annotation('authorization.k8s.io/reason')),
  textField(
    'ka.auth.openshift.decision',
    'What the authentication of OpenShift decided.',
    annotation('authentication.openshift.io/decision'),
  ),
  textField(
    'ka.validations.admission.policy.failure',
    'What a ValidatingAdmissionPolicy found wrong.',
    annotation('validation.policy.admission.k8s.io/validation_failure'),
  ),
  textField(
    'ka.security.pod.violations',
    'What Pod Security admission found wrong in audit mode.',
    annotation('pod-security.kubernetes.io/audit-violations'),
  ),
  textField('ka.auth.openshift.username', 'The user that OpenShift authenticated.', annotation('authentication.openshift.io/username')),
  textField('ka.user.name', 'The user that asked, before impersonation.', readText('user', 'username')),
  textsField('ka.user.groups', 'The groups of that user.', (event) => readList(['user', 'groups'])(event)?.map(textOf)),
  textField('ka.impuser.name', 'The user that was impersonated.', readText('impersonatedUser', 'username')),
  textField('ka.verb', 'What was asked for: get, list, create, patch, delete and so on.', readText('verb')),
  textField('ka.uri', 'The URI of the request, with its parameters.', readText('requestURI')),
  keyedField('ka.uri.param', 'The first value of a parameter of the URI, such as ka.uri.param[command].', (event, key) => {
    const uri = readText('requestURI')(event);
    return uri === undefined ? undefined : queryParameter(uri, key);
  }),
  textField('ka.target.name', 'The name of the object; absent when the API server makes one up.', readText('objectRef', 'name')),
  textField('ka.target.namespace', 'The namespace of the object.', readText('objectRef', 'namespace')),
  textField('ka.target.resource', 'What the object is, in the plural: pods, secrets.', readText('objectRef', 'resource')),
  textField('ka.target.subresource', 'The part of the object: exec, status, log.', readText('objectRef', 'subresource')),
  textField('ka.target.pod.name', 'The name of the pod that was answered, unless a part of it was meant.', (event) => {
    const target = at(auditOf(event), ['objectRef']);
    const isPod = at(target, ['resource']) === 'pods' && (at(target, ['subresource']) ?? '') === '';
    return isPod ? responseName(event) : undefined;
  }),
];

const responseName = readText('responseObject', 'metadata', 'name');

/** What the API server answered, and from where the request came. */
export const responseFields: readonly FieldDefinition[] = [
  textField('ka.resp.name', 'The name of the object that was answered.', responseName),
  textField('ka.response.code', 'The HTTP status, as a text.', readText('responseStatus', 'code')),
  textField('ka.response.reason', 'The reason of the status.', readText('responseStatus', 'reason')),
  textField('ka.useragent', 'The program that asked, as it calls itself.', readText('userAgent')),
  indexedField(
    'ka.sourceips',
    'As in Falco: the sourceIPs of the rules of a role. The addresses of the request are jevt.value[/sourceIPs/0] and so on.',
    (event, index) => {
      const rules = readList(['requestObject', 'rules'])(event, index);
      return rules?.flatMap((rule) => listTexts(at(rule, ['sourceIPs'])));
    },
  ),
  textField('ka.cluster.name', 'The cluster, where an annotation cluster_name says it.', annotation('cluster_name')),
];

function listTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}
