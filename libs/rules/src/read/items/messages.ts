/** Falco's texts that are said in more than one place. */
export const messages = {
  appendDeprecated: "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.",
  enabledDeprecated:
    "The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry under the 'override' key (i.e. 'enabled: replace').",
  overrideAndAppend:
    "Keys 'override' and 'append: true' cannot be used together. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.",
  unsupportedOperator: (operator: string) => `'${operator}' is not a supported comparison operator`,
  unsupportedField: (field: string) => `'${field}' is not a supported filter field`,
} as const;
