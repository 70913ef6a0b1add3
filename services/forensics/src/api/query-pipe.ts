import { BadRequestException, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';

/** Checks and converts query parameters; every problem is named, and a parameter that does not exist is one. */
export function queryPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: (errors) => new BadRequestException(errors.map(describe).join('; ')),
  });
}

function describe({ property, constraints = {} }: ValidationError): string {
  if ('whitelistValidation' in constraints) return `parameter ${property}: does not exist here; see /openapi.json`;
  const messages = Object.values(constraints).map((message) => message.replace(`${property} `, ''));
  return `parameter ${property}: ${messages.at(-1) ?? 'is invalid'}`;
}
