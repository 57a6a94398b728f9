export type RiskBand = 'low' | 'medium' | 'high';
