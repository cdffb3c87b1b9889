// An optional dependency whose users do without it when it cannot be loaded: here it never can.
throw Object.assign(new Error('This development workspace leaves this package out; what asks for it does without.'), { code: 'MODULE_NOT_FOUND' });
