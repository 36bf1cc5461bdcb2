// Parses an expression into something that can be evaluated again and again. Nothing of what it says is ever run as a program: what is
// not in these files cannot happen.

import { callMethod, callStatic, isMethod, isStatic } from './methods.ts';
import { levels, type Operation, operations } from './operations.ts';
import { type Token, tokensOf } from './tokens.ts';
import {
  ExpressionError,
  isTrue,
  type Language,
  type NamedValues,
  numeric,
  textOf,
  type Value,
} from './value.ts';

export interface Scope {
  readonly vars?: NamedValues;
  readonly props?: NamedValues;
  readonly threadName?: string;
}

export type Expression = (scope: Scope) => Value;

/** Throws ExpressionError, here for what is not understood, and when it is evaluated. */
export function parseExpression(source: string, language: Language): Expression {
  return new ExpressionReader(tokensOf(source), language).whole();
}

/** Deeper ones are no conditions, but an attack on the stack. */
const deepest = 100;

class ExpressionReader {
  readonly #tokens: readonly Token[];
  readonly #language: Language;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], language: Language) {
    this.#tokens = tokens;
    this.#language = language;
  }

  whole(): Expression {
    const expression = this.#expression();
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new ExpressionError(`"${rest.value}" is not understood`);
    return expression;
  }

  /** With `?:` at the loosest. */
  #expression(): Expression {
    if (++this.#depth > deepest) throw new ExpressionError('it is nested too deeply');
    const condition = this.#or();
    const language = this.#language;
    let result = condition;
    if (this.#take('?:')) {
      const otherwise = this.#expression();
      result = (scope) => {
        const value = condition(scope);
        return isTrue(value, language) ? value : otherwise(scope);
      };
    } else if (this.#take('?')) {
      const then = this.#expression();
      this.#need(':');
      const otherwise = this.#expression();
      result = (scope) => (isTrue(condition(scope), language) ? then(scope) : otherwise(scope));
    }
    this.#depth--;
    return result;
  }

  #or(): Expression {
    return this.#either('||', true, () => this.#either('&&', false, () => this.#binary(0)));
  }

  /** `decides`: which truth of the left side settles it. JavaScript gives the value, the others its truth. */
  #either(operator: string, decides: boolean, operand: () => Expression): Expression {
    let left = operand();
    const language = this.#language;
    const given = (value: Value) => (language === 'javascript' ? value : isTrue(value, language));
    while (this.#take(operator)) {
      const [before, after] = [left, operand()];
      left = (scope) => {
        const value = before(scope);
        return given(isTrue(value, language) === decides ? value : after(scope));
      };
    }
    return left;
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    const language = this.#language;
    for (let name = this.#takeOne(operators); name !== undefined; name = this.#takeOne(operators)) {
      const [before, after, operation] = [left, this.#binary(level + 1), operations[name] as Operation];
      left = (scope) => operation(before(scope), after(scope), language);
    }
    return left;
  }

  #unary(): Expression {
    if (++this.#depth > deepest) throw new ExpressionError('it is nested too deeply');
    const operator = this.#takeOne(['!', '-', '+']);
    const operand = operator === undefined ? this.#postfix() : this.#unary();
    this.#depth--;
    const language = this.#language;
    if (operator === '!') return (scope) => !isTrue(operand(scope), language);
    if (operator === '-') return (scope) => -numeric(operand(scope), language);
    return operator === '+' ? (scope) => numeric(operand(scope), language) : operand;
  }

  #postfix(): Expression {
    let value = this.#primary();
    for (;;) {
      const operator = this.#takeOne(['.', '?.', '[']);
      if (operator !== undefined)
        value = operator === '[' ? this.#element(value) : this.#member(value, operator);
      else if (this.#language === 'groovy' && this.#takeName('as')) value = this.#cast(value);
      else return value;
    }
  }

  /** `vars["name"]`. */
  #element(value: Expression): Expression {
    const name = this.#expression();
    this.#need(']');
    const language = this.#language;
    return (scope) => callMethod(value(scope), 'get', [name(scope)], language);
  }

  #member(value: Expression, operator: string): Expression {
    const name = this.#name();
    const language = this.#language;
    const hasArguments = this.#take('(');
    if (!hasArguments && name !== 'length') throw new ExpressionError(`.${name} is not understood`);
    if (!isMethod(name)) throw new ExpressionError(`the method ${name}() is not supported`);
    const args = hasArguments ? this.#arguments() : [];
    return (scope) => {
      const self = value(scope);
      if (self === null && operator === '?.') return null;
      return callMethod(
        self,
        name,
        args.map((arg) => arg(scope)),
        language,
      );
    };
  }

  /** Groovy's `as int`. */
  #cast(value: Expression): Expression {
    const type = this.#name();
    const method = {
      int: 'toInteger',
      Integer: 'toInteger',
      long: 'toLong',
      Long: 'toLong',
      double: 'toDouble',
    }[type];
    if (type === 'String') return (scope) => textOf(value(scope));
    if (method === undefined) throw new ExpressionError(`"as ${type}" is not understood`);
    return (scope) => {
      const self = value(scope);
      return typeof self === 'number' && type === 'double'
        ? self
        : callMethod(self, method, [], this.#language);
    };
  }

  #primary(): Expression {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new ExpressionError('it ends too early');
    if (token.kind === 'number' || token.kind === 'text') return () => token.value;
    if (token.kind === 'name') return this.#named(token.value);
    if (token.value !== '(') throw new ExpressionError(`"${token.value}" is not understood`);
    const inner = this.#expression();
    this.#need(')');
    return inner;
  }

  #named(name: string): Expression {
    if (name === 'true') return () => true;
    if (name === 'false') return () => false;
    if (name === 'null' || name === 'undefined') return () => null;
    if (name === 'vars' || name === 'props' || name === 'threadName') return (scope) => outside(scope, name);
    const full = this.#peek() === '.' && /^[A-Z]/.test(name) ? this.#qualified(name) : name;
    if (!isStatic(full)) {
      throw new ExpressionError(
        this.#peek() === '('
          ? `the function ${full}() is not supported`
          : `${full} is not known here: texts stand in quotes`,
      );
    }
    const language = this.#language;
    this.#need('(');
    const args = this.#arguments();
    return (scope) =>
      callStatic(
        full,
        args.map((arg) => arg(scope)),
        language,
      );
  }

  #qualified(name: string): string {
    this.#at++;
    return `${name}.${this.#name()}`;
  }

  /** Behind the parenthesis, and past the one that closes it. */
  #arguments(): Expression[] {
    const args: Expression[] = [];
    if (this.#take(')')) return args;
    do args.push(this.#expression());
    while (this.#take(','));
    this.#need(')');
    return args;
  }

  #name(): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== 'name') throw new ExpressionError('a name is missing');
    return token.value;
  }

  #takeName(name: string): boolean {
    const token = this.#tokens[this.#at];
    const isIt = token?.kind === 'name' && token.value === name;
    if (isIt) this.#at++;
    return isIt;
  }

  #peek(): string | undefined {
    const token = this.#tokens[this.#at];
    return token?.kind === 'operator' ? token.value : undefined;
  }

  #take(operator: string): boolean {
    return this.#takeOne([operator]) !== undefined;
  }

  #takeOne(operators: readonly string[]): string | undefined {
    const found = this.#peek();
    if (found === undefined || !operators.includes(found)) return undefined;
    this.#at++;
    return found;
  }

  #need(operator: string): void {
    if (!this.#take(operator)) throw new ExpressionError(`a "${operator}" is missing`);
  }
}

function outside(scope: Scope, name: keyof Scope): Value {
  const value = scope[name];
  if (value === undefined) throw new ExpressionError(`${name} is not known in conditions: write \${name}`);
  return value;
}
