/** Asks for a doc comment on every exported declaration. A type beside a value of the same name shares the value's. */
export const docComments = {
  meta: {
    type: 'suggestion',
    docs: { description: 'exported symbols say their contract' },
    messages: { missing: 'Say in one to three sentences what "{{name}}" promises, in a /** comment before it.' },
    schema: [],
  },
  create(context) {
    const described = new Set();
    return {
      'Program > ExportNamedDeclaration[declaration]'(node) {
        const names = namesOf(node.declaration);
        const first = node.declaration.decorators?.[0] ?? node;
        const comment = context.sourceCode.getCommentsBefore(first).at(-1);
        if (comment?.type === 'Block' && comment.value.startsWith('*')) names.forEach((name) => described.add(name));
        else for (const name of names) if (!described.has(name)) context.report({ node, messageId: 'missing', data: { name } });
      },
    };
  },
};

function namesOf(declaration) {
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
  return declaration.id ? [declaration.id.name] : [];
}
