"""What others know of a place, brought together: survey files read, small numbers hidden, and the facts of papers gathered.

grid.Grid, grid.read_csv(content) -> Grid                    a file as rows of text
headers.find_headers(grid, columns, needed) -> Heads         which column means what; Trouble where it cannot be told
surveys.look(grid, survey, field) -> Look                    rows understood and troubles by row; nothing is changed
taking.take_survey(tx, look, ...) -> SurveyImport            a look without troubles, in one transaction
small.hide_small(parts, at_least) -> Hidden                  small numbers, and what would give them away
"""
