package expr

// bitwiseFunctions round their arguments to whole numbers first.
var bitwiseFunctions = []Function{
	row("BinaryAnd", "number n, number m", integer, "The bits set in both n and m.",
		`BinaryAnd(6, 3)`, `2`, `BinaryAnd(Null(), 3)`, `Null`),
	row("BinaryNot", "number n", integer, "Each bit of n reversed.",
		`BinaryNot(6)`, `-7`, `BinaryNot(-1)`, `0`),
	row("BinaryOr", "number n, number m", integer, "The bits set in n, m or both.",
		`BinaryOr(6, 3)`, `7`, `BinaryOr(4.4, 1)`, `5`),
	row("BinaryXOr", "number n, number m", integer, "The bits set in exactly one of n and m.",
		`BinaryXOr(1, 1)`, `0`, `BinaryXOr(6, 3)`, `5`),
	row("ShiftLeft", "number n, number bits", integer, "n with its bits moved to the left.",
		`ShiftLeft(1, 3)`, `8`, `ShiftLeft(5, 0)`, `5`),
	row("ShiftRight", "number n, number bits", integer, "n with its bits moved to the right.",
		`ShiftRight(8, 3)`, `1`, `ShiftRight(9, 1)`, `4`),
}

// mathFunctions take numbers and give doubles; Null in any argument gives Null
// unless the help says otherwise, and so does an argument out of their domain.
var mathFunctions = []Function{
	row("Abs", "number x", double, "The distance of x from 0.",
		`Abs(-32)`, `32`, `Abs(Null())`, `Null`),
	row("ACos", "number x", double, "The arccosine of x, in radians.",
		`Round(ACos(0.5), 0.000001)`, `1.047198`, `ACos(2)`, `Null`),
	row("ASin", "number x", double, "The arcsine of x, in radians.",
		`Round(ASin(0.5), 0.000001)`, `0.523599`, `ASin(-2)`, `Null`),
	row("ATan", "number x", double, "The arctangent of x, in radians.",
		`Round(ATan(-4/3), 0.000001)`, `-0.927295`, `ATan(0)`, `0`),
	row("ATan2", "number y, number x", double, "The angle of the point (x, y), in radians. An x that is Null counts as 0.",
		`Round(ATan2(4, -3), 0.0001)`, `2.2143`, `ATan2(Null(), 1)`, `Null`, `Round(ATan2(1, Null()), 0.0001)`, `1.5708`),
	row("Average", "number n...", double, "The sum of the arguments by their count. Null counts as 0.",
		`Average(20, 30, 55)`, `35`, `Average(20, 30, 55, Null())`, `26.25`),
	row("AverageNonNull", "number n...", double, "The average of the arguments that are not Null.",
		`AverageNonNull(1, Null(), 3)`, `2`, `AverageNonNull(Null())`, `Null`),
	row("Ceil", "number x, [number multiple]", double, "The smallest whole number, or multiple, that is not less than x.",
		`Ceil(9.567)`, `10`, `Ceil(-2.5)`, `-2`, `Ceil(7, 5)`, `10`),
	row("Cos", "number x", double, "The cosine of x in radians.",
		`Round(Cos(1), 0.0001)`, `0.5403`, `Cos(0)`, `1`),
	row("CosH", "number x", double, "The hyperbolic cosine of x.",
		`Round(CosH(1), 0.0001)`, `1.5431`, `CosH(0)`, `1`),
	row("Distance", "number lat1, number lon1, number lat2, number lon2", double,
		"The distance between two places in miles, along a great circle. Null counts as 0.",
		`Round(Distance(42, -90, 43, -80), 0.000001)`, `513.473706`, `Distance(Null(), Null(), 0, 0)`, `0`),
	row("Exp", "number x", double, "e to the power of x.",
		`Round(Exp(2), 0.000001)`, `7.389056`, `Exp(0)`, `1`),
	row("Factorial", "number n", double, "1 * 2 * ... * n.",
		`Factorial(5)`, `120`, `Factorial(0)`, `1`, `Factorial(-1)`, `Null`),
	row("Floor", "number x, [number multiple]", double, "The largest whole number, or multiple, that is not greater than x.",
		`Floor(4.567)`, `4`, `Floor(-2.5)`, `-3`, `Floor(7, 5)`, `5`),
	row("Log", "number x", double, "The natural logarithm of x; Null where x is not positive.",
		`Round(Log(14), 0.000001)`, `2.639057`, `Log(0)`, `Null`),
	row("Log10", "number x", double, "The logarithm of x to the base 10; Null where x is not positive.",
		`Round(Log10(14), 0.000001)`, `1.146128`, `Log10(-1)`, `Null`),
	row("Median", "number n...", double, "The middle of the arguments, or the mean of the two in the middle. Null counts as 0.",
		`Median(5, 4, 3)`, `4`, `Median(5, 4, 3, 3)`, `3.5`, `Median(Null(), Null())`, `0`),
	row("Mod", "number n, number d", double, "The remainder of n by d, both cut to whole numbers; its sign is that of n. Null where d is 0.",
		`Mod(6, 4)`, `2`, `Mod(-6, 4)`, `-2`, `Mod(6, -4)`, `2`, `Mod(3.3, 2)`, `1`, `Mod(3, 2.2)`, `1`, `Mod(1, 0)`, `Null`),
	row("Pi", "", double, "The circumference of a circle by its diameter.",
		`Round(Pi(), 0.0001)`, `3.1416`, `ToDegrees(Pi())`, `180`),
	row("Pow", "number x, number e", double, "x to the power of e.",
		`Pow(2, 3)`, `8`, `Pow(2, -1)`, `0.5`, `Pow(Null(), 2)`, `Null`),
	volatile(row("Rand", "", double, "A random number of at least 0 and less than 1, another one for each record.",
		`Rand() >= 0`, `True`, `Rand() < 1`, `True`)),
	volatile(row("RandInt", "number n", integer, "A random whole number from 0 to n, both included. Null counts as 0.",
		`RandInt(0)`, `0`, `RandInt(5) <= 5`, `True`, `RandInt(Null())`, `0`)),
	row("Round", "number x, number multiple", double, "The multiple that is nearest to x; half way, the one farther from 0. What looks half way may be a little less as a Double: 0.35 by 0.1.",
		`Round(55.34, 2)`, `56`, `Round(39.88, 10)`, `40`, `Round(41.1, 10)`, `40`,
		`Round(1.25, 0.1)`, `1.3`, `Round(0.35, 0.1)`, `0.3`, `Round(1.227, 0.01)`, `1.23`, `Round(-2.5, 1)`, `-3`, `Round(1, Null())`, `Null`),
	row("Sin", "number x", double, "The sine of x in radians.",
		`Round(Sin(90), 0.000001)`, `0.893997`, `Sin(0)`, `0`),
	row("SinH", "number x", double, "The hyperbolic sine of x.",
		`Round(SinH(1), 0.0001)`, `1.1752`, `SinH(0)`, `0`),
	row("SmartRound", "number x", double, "x rounded to a step that suits its size: three significant digits, whole tens, hundreds and so on above.",
		`SmartRound(100.56)`, `101`, `SmartRound(17658)`, `17700`),
	row("Sqrt", "number x", double, "The square root of x; Null where x is negative.",
		`Sqrt(100)`, `10`, `Sqrt(-1)`, `Null`),
	row("Tan", "number x", double, "The tangent of x in radians.",
		`Round(Tan(1), 0.0001)`, `1.5574`, `Tan(0)`, `0`),
	row("TanH", "number x", double, "The hyperbolic tangent of x.",
		`Round(TanH(1), 0.0001)`, `0.7616`, `TanH(0)`, `0`),
}

// minMaxFunctions compare their arguments.
var minMaxFunctions = []Function{
	row("Between", "same x, same low, same high", truth, "Whether x lies between low and high, both included.",
		`Between(5, 1, 5)`, `True`, `Between("b", "c", "d")`, `False`),
	row("Bound", "same x, same low, same high", likeArgs(0), "x, but low where x is less and high where x is greater.",
		`Bound(6, 5, 9)`, `6`, `Bound(6, 7, 9)`, `7`, `Bound(6, 4, 5)`, `5`),
	row("Max", "same v...", likeArgs(0), "The greatest argument. Nulls do not count.",
		`Max(15, 180, 7, 13, 45, 2, 13)`, `180`, `Max(Null(), 1, Null())`, `1`, `Max("b", "a")`, `b`, `Max(Null(), Null())`, `Null`),
	row("MaxIDX", "same v...", integer, "The position, from 0, of the first of the greatest arguments.",
		`MaxIDX(15, 180, 7, 13, 45, 2, 13)`, `1`, `MaxIDX(3, 3)`, `0`),
	row("Min", "same v...", likeArgs(0), "The smallest argument. Nulls do not count.",
		`Min(15, 180, 7, 13, 45, 2, 13)`, `2`, `Min(Null(), 1)`, `1`),
	row("MinIDX", "same v...", integer, "The position, from 0, of the first of the smallest arguments.",
		`MinIDX(15, 180, 7, 13, 45, 2, 13)`, `5`, `MinIDX(3, 3)`, `0`),
}

// volatile marks a function that gives another value for each record.
func volatile(f Function) Function {
	f.Volatile = true
	return f
}
