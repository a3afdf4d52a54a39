/** Arithmetic as Python reads it, with nothing but digits, points, operators and parentheses. */
export type Expression =
  | { readonly kind: "number"; readonly value: bigint | number }
  | { readonly kind: "sign"; readonly sign: "+" | "-"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "call"; readonly callee: Expression; readonly given: Expression | undefined }
  | { readonly kind: "tuple" };

export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "**";

/** The message is Python's own. */
export class ExpressionSyntaxError extends Error {
  override readonly name = "ExpressionSyntaxError";
  constructor(why: string, line = 1) {
    super(`${why} (<string>, line ${line})`);
  }
}

/** @throws {ExpressionSyntaxError} where the text is no expression */
export function parseExpression(text: string): Expression {
  const tokens = tokenize(text);
  if (tokens.length === 0) throw new ExpressionSyntaxError("invalid syntax", 0);
  return new ExpressionParser(tokens).whole();
}

/** Python's own limit on open parentheses. */
const DEPTH_MAX = 199;
const TOKEN = / *(\d+\.\d*|\.\d+|\d+|\*\*|\/\/|[-+*/().])/y;

/** Faults of a token or of a closing parenthesis are reported before any other, wherever they stand. */
function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  let depth = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const token = match[1] ?? "";
    tokens.push(token);
    if (/^0\d*[1-9]/.test(token) && !token.includes(".")) {
      throw new ExpressionSyntaxError(
        "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
      );
    }
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (depth < 0) throw new ExpressionSyntaxError("unmatched ')'");
    if (depth > DEPTH_MAX) throw new ExpressionSyntaxError("too many nested parentheses");
  }
  return tokens;
}

class ExpressionParser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#sum();
    if (this.#at < this.#tokens.length) this.#fail();
    return expression;
  }

  #sum(): Expression {
    let left = this.#term();
    for (let operator = this.#take("+", "-"); operator !== undefined; operator = this.#take("+", "-")) {
      left = { kind: "binary", operator, left, right: this.#term() };
    }
    return left;
  }

  #term(): Expression {
    let left = this.#factor();
    for (let operator = this.#take("*", "/", "//"); operator !== undefined; operator = this.#take("*", "/", "//")) {
      left = { kind: "binary", operator, left, right: this.#factor() };
    }
    return left;
  }

  #factor(): Expression {
    const signs: ("+" | "-")[] = [];
    for (let sign = this.#take("+", "-"); sign !== undefined; sign = this.#take("+", "-")) signs.push(sign);
    const power = this.#power();
    return signs.reduceRight<Expression>((operand, sign) => ({ kind: "sign", sign, operand }), power);
  }

  #power(): Expression {
    const left = this.#primary();
    return this.#take("**") === undefined ? left : { kind: "binary", operator: "**", left, right: this.#factor() };
  }

  #primary(): Expression {
    let callee = this.#atom();
    while (this.#take("(") !== undefined) {
      const given = this.#take(")") === undefined ? this.#inside() : undefined;
      callee = { kind: "call", callee, given };
    }
    return callee;
  }

  #atom(): Expression {
    if (this.#take("(") !== undefined) {
      if (this.#take(")") !== undefined) return { kind: "tuple" };
      const isStarred = this.#take("*") !== undefined;
      const inside = this.#inside();
      return isStarred ? this.#fail("cannot use starred expression here") : inside;
    }
    const token = this.#tokens[this.#at] ?? "";
    if (!/\d/.test(token)) return this.#fail();
    this.#at += 1;
    return { kind: "number", value: token.includes(".") ? Number(token) : BigInt(token) };
  }

  #inside(): Expression {
    const expression = this.#sum();
    // Only here does Python take two neighbours for a forgotten comma.
    if (/\d/.test(this.#tokens[this.#at] ?? "")) {
      this.#at += 1;
      this.#fail("invalid syntax. Perhaps you forgot a comma?");
    }
    if (this.#take(")") === undefined) this.#fail();
    return expression;
  }

  #take<Token extends string>(...tokens: readonly Token[]): Token | undefined {
    const token = tokens.find((candidate) => candidate === this.#tokens[this.#at]);
    if (token !== undefined) this.#at += 1;
    return token;
  }

  /** A parenthesis is missed only where the text ends too early. */
  #fail(why = "invalid syntax"): never {
    const countOf = (wanted: string): number => this.#tokens.filter((token) => token === wanted).length;
    const isUnclosed = this.#at >= this.#tokens.length && countOf("(") > countOf(")");
    throw new ExpressionSyntaxError(isUnclosed ? "'(' was never closed" : why);
  }
}
