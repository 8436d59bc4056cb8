"""Charts as SVG: columns and sparklines, their axes, the textures that tell groups apart."""
