package expr

import "kickoff/record"

// spatialFunctions are known by name, so that a workflow which calls one is
// told so, and do not run.
var spatialFunctions = []Function{
	spatial("ST_Area"), spatial("ST_Boundary"), spatial("ST_BoundingRectangle"), spatial("ST_Centroid"),
	spatial("ST_CentroidX"), spatial("ST_CentroidY"), spatial("ST_Combine"), spatial("ST_Contains"),
	spatial("ST_ConvexHull"), spatial("ST_CreateLine"), spatial("ST_CreatePoint"), spatial("ST_CreatePolygon"),
	spatial("ST_Cut"), spatial("ST_Dimension"), spatial("ST_Distance"), spatial("ST_EndPoint"),
	spatial("ST_Intersection"), spatial("ST_Intersects"), spatial("ST_InverseIntersection"), spatial("ST_Length"),
	spatial("ST_MaxX"), spatial("ST_MaxY"), spatial("ST_MD5"), spatial("ST_MinX"), spatial("ST_MinY"),
	spatial("ST_NumParts"), spatial("ST_NumPoints"), spatial("ST_ObjectType"), spatial("ST_PointN"),
	spatial("ST_RandomPoint"), spatial("ST_Relate"), spatial("ST_StartPoint"), spatial("ST_Touches"),
	spatial("ST_TouchesOrIntersects"), spatial("ST_Within"),
}

func spatial(name string) Function {
	f := row(name, "any v...", gives(record.SpatialObj), "A function of spatial objects.")
	f.Unsupported = "spatial functions do not run here"
	return f
}
