import { ValidateBy, type ValidationArguments } from 'class-validator';

/**
 * A rule about several settings. It is told to the operator under the setting that it decorates; `broken` looks at all of them.
 * It runs whatever the setting holds, as class-validator's own rules do.
 */
export function Refuse<C extends object>(message: string, broken: (settings: C) => boolean): PropertyDecorator {
  return ValidateBy({
    name: `refuse: ${message}`,
    validator: {
      validate: (_value: unknown, check?: ValidationArguments) => !broken(check?.object as C),
      defaultMessage: () => message,
    },
  });
}
