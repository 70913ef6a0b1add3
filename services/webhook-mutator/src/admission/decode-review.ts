import { check, parseJson } from '@whoran/contracts';
import { type Result, err, isRecord, printIssue, truncate } from '@whoran/kernel';
import { AdmissionRequest } from './admission-request.ts';

/** Why a body is not a request. With a uid it can be answered as an AdmissionReview; without one it is a bad request. */
export interface Unreadable {
  readonly message: string;
  readonly uid?: string;
}

/** Reads the body of a webhook call: the only door for what comes from outside. Total: never throws. */
export function decodeReview(body: Uint8Array): Result<AdmissionRequest, Unreadable> {
  const text = decodeUtf8(body);
  if (text === undefined) return unreadable('the body is not UTF-8');
  const json = parseJson(text);
  if (!json.ok) return unreadable(`the body is not JSON: ${json.error}`);
  const review = json.value;
  if (!isRecord(review) || review['kind'] !== 'AdmissionReview') return unreadable(`the body is not an AdmissionReview${kindOf(review)}`);
  if (review['apiVersion'] !== 'admission.k8s.io/v1')
    return unreadable('only AdmissionReview admission.k8s.io/v1 is understood; set admissionReviewVersions: [v1]');
  const request = review['request'];
  if (!isRecord(request)) return unreadable('the AdmissionReview has no request');
  const checked = check<AdmissionRequest>(AdmissionRequest, request);
  if (checked.ok) return checked;
  const message = `the request of the AdmissionReview is not as expected: ${checked.error.map(printIssue).join('; ')}`;
  const { uid } = request;
  return typeof uid === 'string' && uid !== '' ? err({ message, uid }) : unreadable(message);
}

function unreadable(message: string) {
  return err({ message: truncate(message, 1000) });
}

function kindOf(value: unknown): string {
  const kind = isRecord(value) ? value['kind'] : undefined;
  return typeof kind === 'string' ? ` but of kind ${JSON.stringify(truncate(kind, 64))}` : '';
}

function decodeUtf8(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined; // the only way to ask whether bytes are UTF-8
  }
}
