import { type BinaryOperator, type Expression, ExpressionSyntaxError, parseExpression } from "./expression.ts";
import { itemsOf, roundToCents, ToolFailure, toFloat, typeName } from "./python-operations.ts";
import type { Value } from "./value.ts";
import { numberText } from "./value-text.ts";

/**
 * The tool `calculate`: evaluates Python arithmetic and answers with a float rounded to hundredths, as text.
 * @throws {ToolFailure} with Python's exception text
 */
export function calculate(expression: Value): string {
  const isAllowed = itemsOf(expression).every((item) => typeof item === "string" && /^[-0-9+*/(). ]+$/.test(item));
  if (!isAllowed) throw new ToolFailure("invalid characters in expression");
  if (typeof expression !== "string") throw new ToolFailure("eval() arg 1 must be a string, bytes or code object");
  const result = evaluate(parse(expression));
  if (typeof result === "object") {
    throw new ToolFailure(`float() argument must be a string or a real number, not '${result.type}'`);
  }
  return numberText(roundToCents(toFloat(result)));
}

function parse(text: string): Expression {
  try {
    return parseExpression(text);
  } catch (error) {
    throw error instanceof ExpressionSyntaxError ? new ToolFailure(error.message, { cause: error }) : error;
  }
}

/** Values no answer can be made of: they only live on in the text of a failure. */
type Opaque = { readonly type: "tuple" | "complex" };
type Result = bigint | number | Opaque;

function evaluate(expression: Expression): Result {
  if (expression.kind === "number") return expression.value;
  if (expression.kind === "tuple") return { type: "tuple" };
  if (expression.kind === "sign") return signed(expression.sign, evaluate(expression.operand));
  if (expression.kind === "call") {
    const callee = evaluate(expression.callee);
    if (expression.given !== undefined) evaluate(expression.given);
    throw new ToolFailure(`'${resultType(callee)}' object is not callable`);
  }
  return binary(expression);
}

/** Long sums nest to the left, so the left side is walked in a loop and not in a recursion. */
function binary(expression: Expression & { kind: "binary" }): Result {
  const pending: (Expression & { kind: "binary" })[] = [];
  let leftmost: Expression = expression;
  while (leftmost.kind === "binary") {
    pending.push(leftmost);
    leftmost = leftmost.left;
  }
  let left = evaluate(leftmost);
  for (const { operator, right } of pending.toReversed()) left = apply(operator, left, evaluate(right));
  return left;
}

function apply(operator: BinaryOperator, left: Result, right: Result): Result {
  if (typeof left === "object" || typeof right === "object") return applyOpaque(operator, left, right);
  if (typeof left === "bigint" && typeof right === "bigint") return applyInts(operator, left, right);
  return applyFloats(operator, toFloat(left), toFloat(right));
}

function applyInts(operator: BinaryOperator, left: bigint, right: bigint): Result {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return divideInts(left, right);
    case "//":
      if (right === 0n) throw new ToolFailure("integer division or modulo by zero");
      return left % right !== 0n && left < 0n !== right < 0n ? left / right - 1n : left / right;
    case "**":
      if (right < 0n) return applyFloats("**", toFloat(left), toFloat(right));
      return power(left, right);
  }
}

function applyFloats(operator: BinaryOperator, left: number, right: number): Result {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      if (right === 0) throw new ToolFailure("float division by zero");
      return left / right;
    case "//":
      return floorDivide(left, right);
    case "**":
      return floatPower(left, right);
  }
}

/** Not `floor(left / right)`: the remainder is taken first, so the quotient is not rounded up to the next whole number. */
function floorDivide(left: number, right: number): number {
  if (right === 0) throw new ToolFailure("float floor division by zero");
  const remainder = left % right;
  let quotient = (left - remainder) / right;
  if (remainder !== 0 && remainder < 0 !== right < 0) quotient -= 1;
  if (quotient === 0) return Object.is(left / right, -0) || left / right < 0 ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function floatPower(left: number, right: number): Result {
  if (left === 0 && right < 0) throw new ToolFailure("0.0 cannot be raised to a negative power");
  if (left < 0 && Number.isFinite(right) && !Number.isInteger(right)) return { type: "complex" };
  if (left === 1 || (left === -1 && !Number.isFinite(right))) return 1;
  const result = left ** right;
  if (!Number.isFinite(result) && Number.isFinite(left) && Number.isFinite(right)) {
    throw new ToolFailure("(34, 'Numerical result out of range')");
  }
  return result;
}

/** Powers beyond this are not worked out: no float holds them, and the exact digits would take forever. */
const POWER_BITS_MAX = 1_000_000n;

function power(base: bigint, exponent: bigint): bigint {
  const size = base < 0n ? -base : base;
  if (size <= 1n || exponent === 0n) return base ** (size <= 1n && exponent > 1n ? 2n - (exponent % 2n) : exponent);
  if (exponent * bitLength(size) > POWER_BITS_MAX) throw new ToolFailure("int too large to convert to float");
  return base ** exponent;
}

/** The float nearest to the exact quotient, also where the ints themselves are beyond 2^53. */
function divideInts(left: bigint, right: bigint): number {
  if (right === 0n) throw new ToolFailure("division by zero");
  const [a, b] = [left < 0n ? -left : left, right < 0n ? -right : right];
  const isNegative = left < 0n !== right < 0n;
  const safe = BigInt(Number.MAX_SAFE_INTEGER);
  if (a <= safe && b <= safe) return isNegative ? -(Number(a) / Number(b)) : Number(a) / Number(b);
  const shift = 70n - bitLength(a) + bitLength(b);
  const [numerator, denominator] = shift > 0n ? [a << shift, b] : [a, b << -shift];
  const quotient = numerator / denominator;
  // A sticky last bit keeps an inexact quotient from looking like a tie.
  const sticky = quotient * denominator === numerator ? quotient : quotient | 1n;
  const half = Math.trunc(Number(-shift) / 2);
  const result = Number(sticky) * 2 ** half * 2 ** (Number(-shift) - half);
  if (!Number.isFinite(result)) throw new ToolFailure("integer division result too large for a float");
  return isNegative ? -result : result;
}

function bitLength(value: bigint): bigint {
  return BigInt(value.toString(16).length * 4);
}

function signed(sign: "+" | "-", operand: Result): Result {
  if (typeof operand !== "object") return sign === "-" ? -operand : operand;
  if (operand.type === "tuple") throw new ToolFailure(`bad operand type for unary ${sign}: 'tuple'`);
  return operand;
}

function applyOpaque(operator: BinaryOperator, left: Result, right: Result): Result {
  const [leftType, rightType] = [resultType(left), resultType(right)];
  const hasTuple = leftType === "tuple" || rightType === "tuple";
  if (operator === "*" && hasTuple) {
    if (leftType === "int" || rightType === "int") return { type: "tuple" };
    const other = leftType === "tuple" ? rightType : leftType;
    throw new ToolFailure(`can't multiply sequence by non-int of type '${other}'`);
  }
  if (operator === "+" && leftType === "tuple") {
    if (rightType === "tuple") return { type: "tuple" };
    throw new ToolFailure(`can only concatenate tuple (not "${rightType}") to tuple`);
  }
  if (hasTuple || operator === "//") {
    const written = operator === "**" ? "** or pow()" : operator;
    throw new ToolFailure(`unsupported operand type(s) for ${written}: '${leftType}' and '${rightType}'`);
  }
  if (operator === "/" && (right === 0n || right === 0)) throw new ToolFailure("complex division by zero");
  return { type: "complex" };
}

function resultType(result: Result): string {
  return typeof result === "object" ? result.type : typeName(result);
}
